#include "net/wait.hpp"

#include <poll.h>

#include <algorithm>
#include <limits>

#include "net/error.hpp"

namespace net {
namespace {

/// What poll(2) takes: never below 0, which would mean to wait for ever, and no more than an int
/// holds.
int timeout_ms(std::chrono::steady_clock::time_point deadline) {
    using std::chrono::milliseconds;
    constexpr milliseconds most(std::numeric_limits<int>::max());
    const auto left = deadline - std::chrono::steady_clock::now();
    const auto rounded_up = std::chrono::ceil<milliseconds>(left);
    return static_cast<int>(std::clamp(rounded_up, milliseconds(0), most).count());
}

}  // namespace

void wait_for(int fd, short events) {
    pollfd waiting{.fd = fd, .events = events, .revents = 0};
    check(retry_on_eintr([&] { return ::poll(&waiting, 1, -1); }), "poll");
}

bool wait_until(int fd, short events, std::chrono::steady_clock::time_point deadline) {
    pollfd waiting{.fd = fd, .events = events, .revents = 0};
    const auto poll_for_the_rest = [&] { return ::poll(&waiting, 1, timeout_ms(deadline)); };
    return check(retry_on_eintr(poll_for_the_rest), "poll") == 1;
}

}  // namespace net
