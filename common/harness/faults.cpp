#include "harness/faults.hpp"

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
#include <stdexcept>

#include "harness/bytes.hpp"
#include "harness/test_run.hpp"
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

}  // namespace

std::vector<std::string> describe(const Faults& faults) {
    std::vector<std::string> words;
    if (faults.sends == Faults::Sends::one_byte) words.emplace_back("each send takes one byte");
    if (faults.sends == Faults::Sends::a_part) words.emplace_back("each send takes a part");
    if (faults.aborted_accepts != 0) words.emplace_back("accept fails first: ECONNABORTED");
    if (faults.bind_error != 0)
        words.push_back(fmt::format("bind fails: {}", ::strerrorname_np(faults.bind_error)));
    if (faults.send_buffer != 0) words.emplace_back("its send buffers are small");
    for (const auto& [name, answer] : faults.names) words.push_back(describe(name, answer));
    return words;
}

FaultPlan::FaultPlan(const Faults& faults)
    : path_((fs::temp_directory_path() / "lab-faults-XXXXXX").string()) {
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
    plan_->sends = faults.sends;
    plan_->seed = static_cast<std::uint32_t>(random_number(0, UINT32_MAX));
    plan_->aborts = faults.aborted_accepts;
    plan_->send_buffer = faults.send_buffer;
    plan_->bind_error = faults.bind_error;
    plan_->handled_signal = faults.handled_signal;
    const std::string answers = as_lines(faults.names);
    if (answers.size() >= plan_->answers.size())
        throw std::length_error("too many names for the resolver");
    std::copy(answers.begin(), answers.end(), plan_->answers.begin());
}

std::map<std::string, std::string> FaultPlan::environment() const {
    return {{"LD_PRELOAD", LAB_FAULTS_LIBRARY}, {faults::plan_variable, path_}};
}

std::string FaultPlan::never_met() const {
    if (any_ && plan_->loaded == 0) return "the library of faults was not loaded into the program";
    if (plan_->sends != Faults::Sends::as_they_are && plan_->sends_cut == 0)
        return "no send was cut short";
    if (plan_->accepts_aborted < plan_->aborts) return "no accept was aborted";
    if (plan_->send_buffer != 0 && plan_->buffers_set == 0) return "no client was accepted";
    if (plan_->bind_error != 0 && plan_->binds_refused == 0) return "no bind was refused";
    if (plan_->answers.front() != '\0' && plan_->names_answered == 0)
        return "no name was asked for";
    return "";
}

std::string FaultPlan::about_sends() const {
    if (plan_->sends_cut == 0) return "";
    return fmt::format("send accepted only {} of {}", grouped(plan_->taken),
                       count_of_bytes(plan_->offered));
}

std::vector<faults::Frame> FaultPlan::sigpipe_stack() const {
    const auto count = static_cast<std::ptrdiff_t>(plan_->sigpipe_frames.load());
    return {plan_->sigpipe.begin(), plan_->sigpipe.begin() + count};
}

}  // namespace harness
