// What two looks at a program prove.

#include "harness/diagnosis/observation.hpp"

#include <sys/syscall.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "expect_failure.hpp"

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

std::size_t tcp_sockets_of(const Process& process) {
    return process.observe().processes.at(0).tcp_sockets.size();
}

}  // namespace

TEST_CASE("a program whose timer is set at either look is not stuck") {
    CHECK(stuck(waiting_for(false), waiting_for(false)));
    CHECK_FALSE(stuck(waiting_for(true), waiting_for(true)));
    CHECK_FALSE(stuck(waiting_for(false), waiting_for(true)));
    // It has run out while the later look was taken.
    CHECK_FALSE(stuck(waiting_for(true), waiting_for(false)));
}

TEST_CASE("a program that has ended since the first look proves nothing yet") {
    // Its sockets were closed meanwhile: the others may have been told after they were looked at.
    const Observation ended{.ended = true};
    CHECK_FALSE(at_rest(waiting_for(false), ended));
    CHECK_FALSE(stuck(waiting_for(false), ended));
    CHECK(stuck(ended, ended));
}

TEST_CASE("the sockets of a program that may be TCP are told from the others") {
    auto of_tcp = toy_server("silent");
    CHECK(tcp_sockets_of(of_tcp.process()) == 1);
    auto of_udp = datagram_server("silent");
    CHECK(tcp_sockets_of(of_udp.process()) == 0);
}

TEST_CASE("a socket that is built on TCP counts as one") {
    auto program = toy("multipath");
    const auto line = program.next_line(patience::to_start);
    if (!line) SKIP("there is no MPTCP on this machine");
    CHECK(tcp_sockets_of(program) == 1);
}
