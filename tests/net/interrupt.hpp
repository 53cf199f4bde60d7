#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <future>
#include <utility>

namespace net_tests {

/// How many signals a blocked call gets: more than one, as a retry must be able to fail, too.
inline constexpr int interruptions = 3;

/// Sends SIGUSR1, handled without SA_RESTART, to `thread` of this process each time it sleeps.
/// Returns how often it did; fewer than `interruptions` if the thread has ended or never slept.
int interrupt_sleep(pid_t thread);

/// What `call` returns, or throws, after signals have interrupted its waiting; `release` then
/// lets the call come to its end. No time is involved: the kernel says when a thread sleeps.
template <typename Call>
auto interrupted(Call call, const std::function<void()>& release) {
    std::promise<pid_t> thread;
    auto result = std::async(std::launch::async, [&] {
        thread.set_value(::gettid());
        return call();
    });
    const int times = interrupt_sleep(thread.get_future().get());
    release();
    auto value = result.get();
    REQUIRE(times == interruptions);
    return value;
}

}  // namespace net_tests
