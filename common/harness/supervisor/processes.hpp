#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/fd.hpp"

namespace harness::supervisor {

/// What to start, and how.
struct Order {
    std::vector<std::string> arguments;              ///< the first is the file to execute
    std::map<std::string, std::string> environment;  ///< on top of our own
    bool stdin_is_pipe = false;                      ///< else /dev/null
    rlim_t descriptors = 0;                          ///< RLIMIT_NOFILE; 0 leaves it as it is
};

/// A program that has just been started: our ends of its pipes.
struct Started {
    int id = 0;
    pid_t pid = 0;
    net::Fd pidfd;   ///< readable when the program has ended (pidfd_open(2))
    net::Fd output;  ///< its stdout
    net::Fd errors;  ///< its stderr
    net::Fd input;   ///< its stdin, if that is a pipe
};

/// The programs under test. Each is started in a process group of its own, so that it can be ended
/// with all its children; those that leave the group come to us as orphans, since we are their
/// subreaper (prctl(2)), and are ended and named too.
class Processes {
public:
    Processes();
    /// Call stop_all() first: it can fail, and says so.
    ~Processes() = default;
    Processes(const Processes&) = delete;
    Processes& operator=(const Processes&) = delete;

    /// Throws std::system_error, also for what exec(3) refuses.
    [[nodiscard]] Started start(const Order& order);

    /// {"running": true}, {"exit": status} or {"signal": number}.
    [[nodiscard]] nlohmann::json ending(int id) const;
    [[nodiscard]] nlohmann::json observe(int id) const;
    void signal(int id, int number) const;
    void signal_every_thread(int id, int number) const;

    /// Ends the program with SIGKILL if it still runs, and all that it has started. Adds to its
    /// ending
    /// {"left": [names]}: processes that outlived it, or that had left its group.
    nlohmann::json stop(int id);
    void stop_all();

    /// A child of ours that is none of these programs.
    void spare(pid_t judge) { judge_ = judge; }

private:
    [[nodiscard]] pid_t pid_of(int id) const;
    [[nodiscard]] bool is_ours(pid_t pid) const;

    std::map<int, pid_t> pids_;
    int last_id_ = 0;
    pid_t judge_ = 0;
};

}  // namespace harness::supervisor
