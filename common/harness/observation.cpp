#include "harness/observation.hpp"

#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <nlohmann/json.hpp>

namespace harness {
namespace {

/// How a call waits, and which of its arguments says so.
enum class Patience {
    endless,        ///< until something happens
    null_timeout,   ///< endless if the pointer argument is null
    minus_timeout,  ///< endless if the int argument is negative
};

struct KnownCall {
    long number;
    const char* name;
    Waiting waiting;
    bool has_descriptor;  ///< as its first argument
    Patience patience;
    std::size_t timeout = 0;  ///< the argument's index
};

constexpr std::array known_calls{
    KnownCall{SYS_read, "read", Waiting::for_input, true, Patience::endless},
    KnownCall{SYS_readv, "readv", Waiting::for_input, true, Patience::endless},
    KnownCall{SYS_recvfrom, "recv", Waiting::for_input, true, Patience::endless},
    KnownCall{SYS_recvmsg, "recvmsg", Waiting::for_input, true, Patience::endless},
#ifdef SYS_accept
    KnownCall{SYS_accept, "accept", Waiting::for_input, true, Patience::endless},
#endif
    KnownCall{SYS_accept4, "accept", Waiting::for_input, true, Patience::endless},
#ifdef SYS_poll
    KnownCall{SYS_poll, "poll", Waiting::for_input, false, Patience::minus_timeout, 2},
#endif
    KnownCall{SYS_ppoll, "ppoll", Waiting::for_input, false, Patience::null_timeout, 2},
#ifdef SYS_select
    KnownCall{SYS_select, "select", Waiting::for_input, false, Patience::null_timeout, 4},
#endif
    KnownCall{SYS_pselect6, "pselect", Waiting::for_input, false, Patience::null_timeout, 4},
#ifdef SYS_epoll_wait
    KnownCall{SYS_epoll_wait, "epoll_wait", Waiting::for_input, false, Patience::minus_timeout, 3},
#endif
    KnownCall{SYS_epoll_pwait, "epoll_wait", Waiting::for_input, false, Patience::minus_timeout, 3},
    KnownCall{SYS_sendto, "send", Waiting::otherwise, true, Patience::endless},
    KnownCall{SYS_sendmsg, "sendmsg", Waiting::otherwise, true, Patience::endless},
    KnownCall{SYS_write, "write", Waiting::otherwise, true, Patience::endless},
    KnownCall{SYS_writev, "writev", Waiting::otherwise, true, Patience::endless},
    KnownCall{SYS_futex, "a lock or a join (futex)", Waiting::otherwise, false,
              Patience::null_timeout, 3},
    KnownCall{SYS_rt_sigtimedwait, "sigwait", Waiting::otherwise, false, Patience::null_timeout, 2},
#ifdef SYS_pause
    KnownCall{SYS_pause, "pause", Waiting::otherwise, false, Patience::endless},
#endif
    KnownCall{SYS_rt_sigsuspend, "sigsuspend", Waiting::otherwise, false, Patience::endless},
    KnownCall{SYS_wait4, "waitpid", Waiting::otherwise, false, Patience::endless},
    KnownCall{SYS_waitid, "waitid", Waiting::otherwise, false, Patience::endless},
};

const KnownCall* find(const std::optional<Call>& call) {
    if (!call) return nullptr;
    const auto* const found =
        std::find_if(known_calls.begin(), known_calls.end(),
                     [&](const KnownCall& known) { return known.number == call->number; });
    return found == known_calls.end() ? nullptr : &*found;
}

bool is_endless(const std::optional<Call>& call) {
    const KnownCall* known = find(call);
    if (known == nullptr || call->values.size() <= known->timeout) return false;
    const std::uint64_t value = call->values[known->timeout];
    switch (known->patience) {
        case Patience::endless:
            return true;
        case Patience::null_timeout:
            return value == 0;
        case Patience::minus_timeout:
            return static_cast<std::int32_t>(value) < 0;
    }
    return false;
}

/// Sockets, pipes and their like are in our hands or in those of the program itself. A timer, a
/// terminal or a named pipe may wake it without us.
bool only_we_can_wake(const std::string& target) {
    static constexpr std::array<std::string_view, 6> ours{"socket:",
                                                          "pipe:",
                                                          "/dev/null",
                                                          "anon_inode:[eventpoll]",
                                                          "anon_inode:[eventfd]",
                                                          "anon_inode:[signalfd]"};
    return std::any_of(ours.begin(), ours.end(),
                       [&](std::string_view kind) { return target.starts_with(kind); });
}

constexpr std::uint64_t bit(int signal) {
    return std::uint64_t{1} << static_cast<unsigned>(signal - 1);
}

/// Signals that come from people, from faults, from children that are watched too, or from the
/// threads library itself (32 and 33). Any other that a program handles may come from a timer of
/// its own.
constexpr std::uint64_t no_timers = bit(SIGINT) | bit(SIGTERM) | bit(SIGHUP) | bit(SIGQUIT) |
                                    bit(SIGPIPE) | bit(SIGCHLD) | bit(SIGWINCH) | bit(SIGSEGV) |
                                    bit(SIGBUS) | bit(SIGFPE) | bit(SIGILL) | bit(SIGABRT) |
                                    bit(SIGTRAP) | bit(32) | bit(33);

bool may_wake_itself(const ProcessView& process) {
    const bool has_timer_handler =
        std::any_of(process.threads.begin(), process.threads.end(),
                    [](const ThreadView& thread) { return (thread.caught & ~no_timers) != 0; });
    return has_timer_handler ||
           !std::all_of(process.descriptors.begin(), process.descriptors.end(),
                        [](const auto& entry) { return only_we_can_wake(entry.second); });
}

bool all_threads(const Observation& observation, bool (*holds)(const ThreadView&)) {
    return std::all_of(observation.processes.begin(), observation.processes.end(),
                       [&](const ProcessView& process) {
                           return std::all_of(process.threads.begin(), process.threads.end(),
                                              holds);
                       });
}

bool same_threads(const Observation& before, const Observation& after) {
    return std::equal(before.processes.begin(), before.processes.end(), after.processes.begin(),
                      after.processes.end(), [](const ProcessView& a, const ProcessView& b) {
                          return a.threads == b.threads;
                      });
}

ThreadView parse_thread(const nlohmann::json& json) {
    ThreadView thread{.state = json.at("state").get<std::string>().at(0),
                      .call = std::nullopt,
                      .switches = json.at("switches"),
                      .caught = json.at("caught")};
    const auto& call = json.at("call");
    if (!call.is_null()) {
        thread.call = Call{.number = call.at(0), .values = {}};
        for (std::size_t i = 1; i < call.size(); ++i) thread.call->values.push_back(call[i]);
    }
    return thread;
}

Place where(const ThreadView& thread) {
    const KnownCall* known = find(thread.call);
    if (known == nullptr) return {};
    std::string text = known->name;
    if (known->has_descriptor && !thread.call->values.empty()) {
        text += " on descriptor " + std::to_string(thread.call->values[0]);
    }
    return {.waiting = known->waiting, .text = std::move(text)};
}

}  // namespace

std::chrono::milliseconds Observation::cpu() const {
    std::chrono::milliseconds sum{};
    for (const ProcessView& process : processes) sum += process.cpu;
    return sum;
}

bool Observation::exiting() const {
    return std::any_of(processes.begin(), processes.end(),
                       [](const ProcessView& p) { return p.exiting; });
}

bool Observation::runs() const {
    return !all_threads(*this, [](const ThreadView& t) { return t.state != 'R'; });
}

bool Observation::is_stopped() const {
    return all_threads(*this, [](const ThreadView& t) { return t.state == 'T'; });
}

std::size_t Observation::descriptors() const {
    std::size_t sum = 0;
    for (const ProcessView& process : processes) sum += process.descriptors.size();
    return sum;
}

Observation parse_observation(const nlohmann::json& json) {
    Observation observation;
    for (const auto& entry : json.at("processes")) {
        ProcessView process{
            .exiting = entry.at("exiting"),
            .cpu = std::chrono::milliseconds(entry.at("cpu_ms").get<std::int64_t>()),
            .threads = {},
            .descriptors = {}};
        for (const auto& thread : entry.at("threads"))
            process.threads.push_back(parse_thread(thread));
        for (const auto& [fd, target] : entry.at("descriptors").items()) {
            process.descriptors[std::stoi(fd)] = target.get<std::string>();
        }
        observation.processes.push_back(std::move(process));
    }
    return observation;
}

bool at_rest(const Observation& before, const Observation& after) {
    if (after.ended) return true;
    return !after.processes.empty() && !after.exiting() && same_threads(before, after) &&
           all_threads(after,
                       [](const ThreadView& t) { return t.state == 'S' && t.call.has_value(); });
}

bool stuck(const Observation& before, const Observation& after) {
    return at_rest(before, after) &&
           all_threads(after, [](const ThreadView& t) { return is_endless(t.call); }) &&
           std::none_of(after.processes.begin(), after.processes.end(), may_wake_itself);
}

Place where(const Observation& observation) {
    Place place;
    for (const ProcessView& process : observation.processes) {
        for (const ThreadView& thread : process.threads) {
            Place here = where(thread);
            if (place.text.empty() || here.waiting == Waiting::otherwise) place = std::move(here);
        }
    }
    return place;
}

}  // namespace harness
