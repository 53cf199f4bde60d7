#pragma once

#include <chrono>
#include <cstdint>
#include <map>
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
    char state = '?';  ///< as in stat: R running, S asleep, D in the kernel, T stopped
    std::optional<Call> call;
    std::uint64_t switches = 0;  ///< context switches so far
    std::uint64_t caught = 0;    ///< the signals that have a handler, a bit each

    friend bool operator==(const ThreadView&, const ThreadView&) = default;
};

struct ProcessView {
    bool exiting = false;
    std::chrono::milliseconds cpu{};
    std::vector<ThreadView> threads;
    std::map<int, std::string> descriptors;  ///< number and target: "socket:[4711]", "/dev/null"
};

/// A program and its children at one moment.
struct Observation {
    bool ended = false;  ///< the program has, and it is known how
    std::vector<ProcessView> processes{};

    [[nodiscard]] std::chrono::milliseconds cpu() const;
    [[nodiscard]] bool exiting() const;
    [[nodiscard]] bool runs() const;        ///< some thread computes at this moment
    [[nodiscard]] bool is_stopped() const;  ///< by SIGSTOP, every thread
    [[nodiscard]] std::size_t descriptors() const;
};

[[nodiscard]] Observation parse_observation(const nlohmann::json& json);

/// Every thread sleeps, and none has run between the two looks. A program that can be seen no more
/// and has not ended is just ending: that proves nothing.
[[nodiscard]] bool at_rest(const Observation& before, const Observation& after);

/// Besides, no thread waits with a timeout, and only we could wake any of them: nothing it waits
/// for comes from elsewhere. What cannot be told counts as "may wake".
[[nodiscard]] bool stuck(const Observation& before, const Observation& after);

/// What kind of call a sleeping thread is in.
enum class Waiting { for_input, otherwise, unknown };

struct Place {
    Waiting waiting = Waiting::unknown;
    std::string text;  ///< "recv on descriptor 4", "pause"
};

/// Where the program stands: of several threads, one that is stuck elsewhere than in waiting for
/// input.
[[nodiscard]] Place where(const Observation& observation);

}  // namespace harness
