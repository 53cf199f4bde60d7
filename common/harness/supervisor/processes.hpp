#pragma once

#include <sys/types.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/supervisor/start.hpp"

namespace harness::supervisor {

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

    /// Keeps a program that has just been started, and returns its number.
    int add(pid_t pid);

    /// {"running": true}, {"exit": status} or {"signal": number}; with "excess" if it was ended by
    /// end_excesses().
    [[nodiscard]] nlohmann::json ending(int id) const;
    [[nodiscard]] nlohmann::json observe(int id) const;
    [[nodiscard]] nlohmann::json stacks(int id) const;
    void signal(int id, int number) const;
    void signal_every_thread(int id, int number) const;

    /// Ends the program with SIGKILL if it still runs, and all that it has started. Adds to its
    /// ending
    /// {"left": [names]}: processes that outlived it, or that had left its group.
    nlohmann::json stop(int id);
    void stop_all();

    /// Ends each program that takes more than any right one does (excess.hpp).
    void end_excesses();

    /// A child of ours that is none of these programs.
    void spare(pid_t judge) { judge_ = judge; }

private:
    [[nodiscard]] pid_t pid_of(int id) const;
    [[nodiscard]] bool is_ours(pid_t pid) const;

    std::map<int, pid_t> pids_;
    std::map<int, std::string> excesses_;  ///< of those that were ended for them
    int last_id_ = 0;
    pid_t judge_ = 0;
};

}  // namespace harness::supervisor
