#pragma once

#include <sys/socket.h>

namespace program {

/// Prints the one line that a server owes to whoever started it, and flushes it:
/// `listening on 127.0.0.1:40123`, or `listening on [::1]:40123` for IPv6.
///
/// `address` and `size` are what getsockname(2) gave for a socket that can be connected to by now.
/// Throws std::invalid_argument for anything but an IPv4 or IPv6 address.
void announce(const sockaddr* address, socklen_t size);

}  // namespace program
