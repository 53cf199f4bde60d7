#pragma once

#include "probe.hpp"

/// Holds SIGINT and SIGTERM back, so that they come only while wait_until() waits. To be called
/// once, before the first wait. Throws std::system_error.
void hold_stop_signals();

/// What has ended a wait.
enum class Woken {
    early,    ///< something may have come, or the moment, or a signal: look at all of them
    to_stop,  ///< SIGINT or SIGTERM
};

/// Waits until `socket` has something to receive, or until `moment`; a signal may end it before.
/// Throws std::system_error.
[[nodiscard]] Woken wait_until(Clock::time_point moment, int socket);
