#include "harness/programs/fault_words.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "harness/run/bytes.hpp"

namespace harness {
namespace {

std::string name_of(Calls call) {
    static constexpr std::array<const char*, faults::number_of_calls> names{
        "call",   "recv", "send",   "read",     "write",   "accept", "connect",
        "socket", "bind", "listen", "shutdown", "poll",    "open",   "rename",
        "unlink", "link", "mkdir",  "fsync",    "truncate"};
    return names.at(static_cast<std::size_t>(call));
}

bool takes_in(Calls call) { return call == Calls::recv || call == Calls::read; }

std::string name_of_descriptor(int fd) {
    static constexpr std::array names{"stdin", "stdout", "stderr"};
    return fd <= STDERR_FILENO ? names.at(static_cast<std::size_t>(fd))
                               : fmt::format("descriptor {}", fd);
}

std::string object_of(const Fault& fault) {
    if (!fault.path.empty()) return "a file ending in " + fault.path;
    if (fault.fd != any_fd) return name_of_descriptor(fault.fd);
    static constexpr std::array names{
        "", "a listening socket", "a connection", "a datagram socket", "a pipe", "a file"};
    return names.at(static_cast<std::size_t>(fault.on));
}

/// "write to a file ending in .part".
std::string phrase(const Fault& fault) {
    const std::string object = object_of(fault);
    if (object.empty()) return name_of(fault.call);
    const char* preposition = "of";
    if (takes_in(fault.call)) preposition = "from";
    if (fault.call == Calls::send || fault.call == Calls::write) preposition = "to";
    return fmt::format("{} {} {}", name_of(fault.call), preposition, object);
}

std::string ordinal(unsigned number) {
    const bool is_teen = number % 100 >= 11 && number % 100 <= 13;
    static constexpr std::array endings{"th", "st", "nd", "rd"};
    const unsigned digit = is_teen || number % 10 > 3 ? 0 : number % 10;
    return number == 1 ? "first" : fmt::format("{}{}", number, endings.at(digit));
}

std::string which(const Fault& fault) {
    const std::string calls = phrase(fault);
    if (fault.times == 1) return fmt::format("the {} {}", ordinal(fault.from), calls);
    if (fault.times == always) {
        return fault.from == 1 ? "each " + calls
                               : fmt::format("each {} from the {} on", calls, ordinal(fault.from));
    }
    return fmt::format("each {} from the {} to the {}", calls, ordinal(fault.from),
                       ordinal(fault.from + fault.times - 1));
}

std::string symbol(int error) { return ::strerrorname_np(error); }

}  // namespace

std::string describe(const Fault& fault) {
    if (fault.error != 0) {
        return fmt::format("{} fails: {} ({})", which(fault), ::strerrordesc_np(fault.error),
                           symbol(fault.error));
    }
    return fmt::format("{} {} {}", which(fault), takes_in(fault.call) ? "gives" : "takes",
                       fault.takes == Takes::one_byte ? "one byte" : "a part");
}

std::string never_met(const Fault& fault) {
    if (fault.error == 0) return fmt::format("no {} was cut short", phrase(fault));
    return fmt::format("no {} failed with {}", phrase(fault), symbol(fault.error));
}

std::string met(const faults::Order& order) {
    const char* function = order.function.data();
    if (order.error != 0) return fmt::format("{} failed with {}", function, symbol(order.error));
    return fmt::format("{} {} {} of {}", function, takes_in(order.call) ? "gave" : "accepted only",
                       grouped(order.taken), count_of_bytes(order.offered));
}

}  // namespace harness
