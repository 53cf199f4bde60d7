#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace harness {

/// A system call in which a thread sleeps, as /proc/PID/task/TID/syscall shows it (proc(5)).
struct Call {
    long number = -1;                   ///< -1: asleep, but in no call
    std::vector<std::uint64_t> values;  ///< six arguments, stack pointer, program counter

    friend bool operator==(const Call&, const Call&) = default;
};

struct ThreadView {
    int tid = 0;
    char state = '?';  ///< as in stat: R running, S asleep, D in the kernel, T stopped
    std::optional<Call> call;
    std::string target{};        ///< of the call's first argument, if that is a descriptor
    std::uint64_t switches = 0;  ///< context switches so far
    std::uint64_t slept = 0;     ///< those by which it has given up its core itself
    bool may_wake = false;       ///< though nobody does anything, or that cannot be told

    friend bool operator==(const ThreadView&, const ThreadView&) = default;
};

struct ProcessView {
    bool exiting = false;
    std::chrono::milliseconds cpu{};
    std::size_t peak_memory = 0;  ///< the most resident bytes since it was started
    bool may_wake = false;        ///< by one of its descriptors, as ThreadView::may_wake
    std::vector<ThreadView> threads;
    std::size_t descriptors = 0;
    /// The inodes of its sockets that may be TCP: the numbers in "socket:[4711]".
    std::vector<std::uint64_t> tcp_sockets;
};

/// A program and its children at one moment.
struct Observation {
    bool ended = false;  ///< the program has, and it is known how
    std::vector<ProcessView> processes{};
    std::size_t zombies = 0;  ///< children that have ended, and whom nobody has asked how (wait(2))
    bool has_timer = false;   ///< one that cannot be seen from outside (setitimer(2))

    [[nodiscard]] std::chrono::milliseconds cpu() const;
    [[nodiscard]] bool exiting() const;
    [[nodiscard]] bool is_stopped() const;  ///< by SIGSTOP, every thread
    [[nodiscard]] std::size_t descriptors() const;
    [[nodiscard]] std::size_t threads() const;  ///< without those of a sanitizer
    [[nodiscard]] std::size_t peak_memory() const;
};

[[nodiscard]] Observation parse_observation(const nlohmann::json& json);

/// Every thread sleeps, and none has run between the two looks; or the program had ended before.
/// One that can be seen no more and has not ended is just ending: that proves nothing.
[[nodiscard]] bool at_rest(const Observation& before, const Observation& after);

/// Besides, no thread waits with a timeout, and only we could wake any of them: nothing it waits
/// for comes from elsewhere. What cannot be told counts as "may wake".
[[nodiscard]] bool stuck(const Observation& before, const Observation& after);

/// Some thread has computed all the time between the two looks: it has never slept.
[[nodiscard]] bool spins(const Observation& before, const Observation& after);

}  // namespace harness
