// What two looks at a program prove.

#include "harness/diagnosis/observation.hpp"

#include <sys/syscall.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdint>

using namespace harness;

namespace {

/// A program that waits in epoll_wait without a time limit, and may be woken by a timer or not.
Observation waiting_for(bool timer_is_set) {
    constexpr auto for_ever = static_cast<std::uint64_t>(-1);
    const ThreadView thread{
        .tid = 1,
        .state = 'S',
        .call = Call{.number = SYS_epoll_wait, .values = {3, 0x1000, 1, for_ever, 0, 0, 0, 0}}};
    Observation observation;
    observation.processes.push_back({.may_wake = timer_is_set, .threads = {thread}});
    return observation;
}

}  // namespace

TEST_CASE("a program whose timer is set at either look is not stuck") {
    CHECK(stuck(waiting_for(false), waiting_for(false)));
    CHECK_FALSE(stuck(waiting_for(true), waiting_for(true)));
    CHECK_FALSE(stuck(waiting_for(false), waiting_for(true)));
    // It has run out while the later look was taken.
    CHECK_FALSE(stuck(waiting_for(true), waiting_for(false)));
}
