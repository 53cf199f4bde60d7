#include "waiting.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "net/error.hpp"
#include "program/todo.hpp"

void hold_stop_signals() {
    // Achieve: SIGINT and SIGTERM are handled: they set a flag. Both are blocked.
    TODO("statistics");
}

Woken wait_until(Clock::time_point moment, int socket) {
    // Achieve: the program sleeps until there is something to receive, or until `moment`.
    TODO("timeout", moment, socket);

    // Achieve: while it sleeps, and only then, the two signals may come.
    TODO("statistics");
    return Woken::early;
}
