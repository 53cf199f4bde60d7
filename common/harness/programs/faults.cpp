#include "harness/programs/faults.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <span>
#include <stdexcept>

#include "harness/programs/fault_words.hpp"
#include "harness/run/bytes.hpp"
#include "harness/run/test_run.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"

namespace harness {
namespace {

namespace fs = std::filesystem;

std::string as_lines(const std::map<std::string, Faults::Answer>& names) {
    std::string text;
    for (const auto& [name, answer] : names) {
        text += name;
        if (answer.error != 0) text += fmt::format(" !{}", answer.error);
        for (const std::string& address : answer.addresses) text += ' ' + address;
        text += '\n';
    }
    return text;
}

std::string describe(const std::string& name, const Faults::Answer& answer) {
    if (answer.error != 0) return name + ": getaddrinfo fails: " + ::gai_strerror(answer.error);
    return fmt::format("{} is {}", name, fmt::join(answer.addresses, ", "));
}

void copy_text(const std::string& text, std::span<char> room, const char* what) {
    if (text.size() >= room.size()) throw std::length_error(what);
    std::copy(text.begin(), text.end(), room.begin());
}

/// A right program calls again at once, and would do so for ever.
bool is_to_be_tried_again(int error) {
    return error == EINTR || error == EAGAIN || error == ECONNABORTED;
}

/// Why a fault cannot be ordered; null if it can.
const char* objection(const Fault& fault) {
    if (fault.call == Calls::none) return "a fault does not say which call it is for";
    if ((fault.takes == Takes::all) == (fault.error == 0))
        return "a fault either cuts calls short or makes them fail";
    if (fault.from == 0 || fault.times == 0) return "a fault would never strike";
    if (fault.error == 0)
        return faults::moves_bytes(fault.call) ? nullptr : "only bytes can be cut short";
    if (faults::find_possible(fault.call, fault.error) == nullptr)
        return "this call does not fail with this error";
    return is_to_be_tried_again(fault.error) && fault.times == always
               ? "a right program would call again for ever: say how many .times"
               : nullptr;
}

const std::vector<Fault>& checked(const std::vector<Fault>& faults) {
    if (faults.size() > std::tuple_size<decltype(faults::Plan::orders)>())
        throw std::length_error("too many faults");
    for (const Fault& fault : faults) {
        if (const char* why = objection(fault))
            throw std::invalid_argument(fmt::format("{}: {}", why, describe(fault)));
    }
    return faults;
}

void copy(const Fault& fault, faults::Order& order) {
    order.call = fault.call;
    order.on = fault.on;
    order.fd = fault.fd;
    copy_text(fault.path, order.path, "the path of a fault is too long");
    order.takes = fault.takes;
    order.error = fault.error;
    order.from = fault.from;
    order.times = fault.times;
}

}  // namespace

std::vector<std::string> describe(const Faults& faults) {
    std::vector<std::string> words;
    for (const Fault& fault : faults.calls) words.push_back(describe(fault));
    if (faults.time_runs_out) words.emplace_back("each time limit runs out at once");
    if (faults.send_buffer != 0) words.emplace_back("its send buffers are small");
    for (const auto& [name, answer] : faults.names) words.push_back(describe(name, answer));
    return words;
}

FaultPlan::FaultPlan(const Faults& faults)
    : path_((fs::temp_directory_path() / "lab-faults-XXXXXX").string()),
      faults_(checked(faults.calls)) {
    const net::Fd file(net::check(::mkostemp(path_.data(), O_CLOEXEC), "mkostemp"));
    net::check(::ftruncate(file.get(), sizeof(faults::Plan)), "ftruncate");
    void* memory =
        ::mmap(nullptr, sizeof(faults::Plan), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED) net::throw_errno("mmap");
    plan_ = new (memory) faults::Plan;
    plan_->size = sizeof(faults::Plan);
    order(faults);
    any_ = faults != Faults{};
}

FaultPlan::~FaultPlan() {
    ::munmap(plan_, sizeof(faults::Plan));
    ::unlink(path_.c_str());
}

void FaultPlan::order(const Faults& faults) {
    for (const Fault& fault : faults.calls) copy(fault, plan_->orders[plan_->number_of_orders++]);
    plan_->seed = static_cast<std::uint32_t>(random_number(0, UINT32_MAX));
    plan_->time_runs_out = faults.time_runs_out ? 1 : 0;
    plan_->send_buffer = faults.send_buffer;
    plan_->handled_signal = faults.handled_signal;
    copy_text(as_lines(faults.names), plan_->answers, "too many names for the resolver");
}

std::map<std::string, std::string> FaultPlan::environment() const {
    return {{"LD_PRELOAD", LAB_FAULTS_LIBRARY}, {faults::plan_variable, path_}};
}

std::string FaultPlan::never_met() const {
    if (any_ && plan_->loaded == 0) return "the library of faults was not loaded into the program";
    for (std::size_t i = 0; i < faults_.size(); ++i) {
        const bool struck = plan_->orders.at(i).struck != 0;
        if (!struck && !passed_over(faults_[i])) return harness::never_met(faults_[i]);
    }
    if (plan_->send_buffer != 0 && plan_->buffers_set == 0) return "no client was accepted";
    if (plan_->answers.front() != '\0' && plan_->names_answered == 0)
        return "no name was asked for";
    return "";
}

/// Whether its calls were made, but only such as the error is not for: which calls wait, and can
/// be interrupted, is a matter of a program's style.
bool FaultPlan::passed_over(const Fault& fault) const {
    return (fault.error == EINTR || fault.error == EAGAIN) && calls(fault.call) > 0;
}

std::vector<std::string> FaultPlan::met() const {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < faults_.size(); ++i)
        if (plan_->orders.at(i).told != 0) words.push_back(harness::met(plan_->orders.at(i)));
    if (plan_->times_run_out != 0)
        words.push_back(fmt::format("the time limit of {} ran out", plan_->limited.data()));
    return words;
}

std::size_t FaultPlan::calls(Calls call) const {
    return plan_->tallies.at(static_cast<std::size_t>(call)).calls;
}

std::size_t FaultPlan::bytes(Calls call) const {
    return plan_->tallies.at(static_cast<std::size_t>(call)).bytes;
}

std::vector<faults::Frame> FaultPlan::stack_of(int signal) const {
    if (plan_->crash.signal != signal) return {};
    const auto count = static_cast<std::ptrdiff_t>(plan_->crash.frames.load());
    return {plan_->crash.stack.begin(), plan_->crash.stack.begin() + count};
}

}  // namespace harness
