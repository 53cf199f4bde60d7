#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace harness::supervisor {

// What may wake a sleeping program although neither a test nor the program itself does anything.
// What cannot be told counts as "may".

/// A descriptor of the program: an armed timer, a terminal, a named pipe, an inotify queue,
/// whatever has its other end elsewhere. `target` is where its link in /proc/PID/fd leads.
[[nodiscard]] bool may_wake(pid_t pid, int fd, const std::string& target);

/// A handler for one of the signals that a timer of its own may send; `caught` as in SigCgt of
/// /proc/PID/status.
[[nodiscard]] bool may_get_signal_of_timer(std::uint64_t caught);

/// A wait whose end does not show in the arguments of the call (`call`: its number, and its
/// arguments): a time limit of the socket (SO_RCVTIMEO, SO_SNDTIMEO; socket(7)), memory that is
/// shared with other programs (futex(2)), a signal of a timer (sigwait(3)).
[[nodiscard]] bool may_end_by_itself(pid_t pid, const std::vector<std::uint64_t>& call);

}  // namespace harness::supervisor
