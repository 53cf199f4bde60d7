#include "waiting.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "net/error.hpp"

namespace {

volatile std::sig_atomic_t stop_asked = 0;

timespec to_timespec(Clock::duration time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    return {.tv_sec = whole.count(), .tv_nsec = std::chrono::nanoseconds(time - whole).count()};
}

/// While there is something to receive, ppoll lets no signal in; in a flood that is always so. This
/// asks for nothing else.
void let_signals_in(const sigset_t& none) {
    constexpr timespec no_time{};
    if (::ppoll(nullptr, 0, &no_time, &none) == -1 && errno != EINTR) net::throw_errno("ppoll");
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
    // Never below 0: that is no time.
    const timespec rest = to_timespec(std::max(moment - Clock::now(), Clock::duration(0)));
    sigset_t none;
    ::sigemptyset(&none);
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    // ppoll(2): lets the signals in and waits, in one step. With poll, one that comes just before
    // the call would be seen only after it.
    const int n = ::ppoll(&waiting, 1, &rest, &none);
    if (n == -1 && errno != EINTR) net::throw_errno("ppoll");
    if (n > 0) let_signals_in(none);
    return stop_asked != 0 ? Woken::to_stop : Woken::early;
}
