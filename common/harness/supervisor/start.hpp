#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "harness/programs/limits.hpp"
#include "net/fd.hpp"

namespace harness::supervisor {

/// What to start, and how.
struct Order {
    std::vector<std::string> arguments;              ///< the first is the file to execute
    std::map<std::string, std::string> environment;  ///< on top of our own
    bool stdin_is_pipe = false;                      ///< else /dev/null
    Limits limits;
};

/// A program that has just been started: our ends of its pipes.
struct Started {
    pid_t pid = 0;
    net::Fd pidfd;   ///< readable when the program has ended (pidfd_open(2))
    net::Fd output;  ///< its stdout
    net::Fd errors;  ///< its stderr
    net::Fd input;   ///< its stdin, if that is a pipe
};

/// Starts a program in a process group of its own, with no signal blocked or ignored, and no
/// descriptor but the first three. It is killed when its starter ends. Throws std::system_error,
/// also for what exec(3) refuses.
[[nodiscard]] Started start(const Order& order);

}  // namespace harness::supervisor
