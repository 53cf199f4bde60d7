#include "waiting.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <span>

#include "net/error.hpp"

namespace {

volatile std::sig_atomic_t stop_asked = 0;

timespec to_timespec(Clock::duration time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    return {.tv_sec = whole.count(), .tv_nsec = std::chrono::nanoseconds(time - whole).count()};
}

/// Waits as ppoll(2) does: no longer than `time`, with no signal blocked meanwhile.
void wait(std::span<pollfd> sockets, Clock::duration time) {
    const timespec rest = to_timespec(time);
    sigset_t none;
    ::sigemptyset(&none);
    // ppoll lets the signals in and waits, in one step. With poll, one that comes just before the
    // call would be seen only after it.
    const int n = ::ppoll(sockets.data(), sockets.size(), &rest, &none);
    if (n == -1 && errno != EINTR) net::throw_errno("ppoll");
}

}  // namespace

void hold_stop_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { stop_asked = 1; };
    sigset_t held;
    ::sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM}) {
        ::sigaddset(&held, signal);
        net::check(::sigaction(signal, &action, nullptr), "sigaction");
    }
    net::check(::sigprocmask(SIG_BLOCK, &held, nullptr), "sigprocmask");
}

Woken wait_until(Clock::time_point moment, int socket) {
    // While there is something to receive, ppoll returns before it lets a signal in. In a flood
    // that is always so.
    wait({}, Clock::duration(0));
    if (stop_asked != 0) return Woken::to_stop;
    std::array sockets{pollfd{.fd = socket, .events = POLLIN, .revents = 0}};
    // Never below 0: that is no time.
    wait(sockets, std::max(moment - Clock::now(), Clock::duration(0)));
    return stop_asked != 0 ? Woken::to_stop : Woken::early;
}
