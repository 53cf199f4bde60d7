#pragma once

#include <chrono>

namespace net {

/// Waits until one of poll(2)'s `events` has come to `fd`, or an error. Throws std::system_error.
void wait_for(int fd, short events);

/// The same, but false when the deadline has passed first, however many signals interrupt the
/// waiting. Looks at least once.
[[nodiscard]] bool wait_until(int fd, short events, std::chrono::steady_clock::time_point deadline);

}  // namespace net
