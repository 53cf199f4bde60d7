#pragma once

#include <climits>

#include "harness/faults/calls.hpp"

namespace harness::faults {

[[nodiscard]] bool is_socket(int fd);
[[nodiscard]] On kind_of(int fd);

/// Whether a call on this descriptor waits, as far as the descriptor says (O_NONBLOCK).
[[nodiscard]] bool blocks(int fd);

/// Whether a socket has a time limit for `call`, SO_RCVTIMEO or SO_SNDTIMEO (socket(7)).
[[nodiscard]] bool has_time_limit(int fd, Calls call);

/// Whether it can be done now, without waiting.
[[nodiscard]] bool is_ready(int fd, Calls call);

/// The file that a descriptor refers to, as it is named in /proc (proc(5)).
[[nodiscard]] bool file_name(int fd, char (&name)[PATH_MAX]);

void end_connection(int fd);

}  // namespace harness::faults
