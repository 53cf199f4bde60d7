#pragma once

#include <sched.h>
#include <sys/types.h>

#include <cerrno>
#include <chrono>
#include <csignal>

namespace runner_test {

/// Waits for what another process brings about; its deadline is met only by a failure.
template <typename Condition>
[[nodiscard]] bool comes_true(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        ::sched_yield();
    }
    return true;
}

/// Nobody's process, not even one that has ended and was not waited for.
[[nodiscard]] inline bool is_gone(pid_t pid) { return ::kill(pid, 0) == -1 && errno == ESRCH; }

}  // namespace runner_test
