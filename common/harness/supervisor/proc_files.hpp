#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace harness::supervisor {

/// /proc/PID, and /proc/PID/task/TID of one of its threads (proc(5)).
[[nodiscard]] std::filesystem::path folder_of(pid_t pid);
[[nodiscard]] std::filesystem::path folder_of(pid_t pid, pid_t tid);

/// What stands in a stat file.
struct Stat {
    char state = '?';
    pid_t parent = 0;
    pid_t group = 0;
    unsigned long flags = 0;
    unsigned long ticks = 0;  ///< of CPU time, user and system
    unsigned long threads = 0;
};

/// Of a process or a thread; std::nullopt when it is gone.
[[nodiscard]] std::optional<Stat> read_stat(const std::filesystem::path& folder);

/// The entries of a folder of numbers, such as /proc, its task and its fd; none if it is gone.
[[nodiscard]] std::vector<int> numbers_in(const std::filesystem::path& folder);

/// What stands behind `key` in a file of lines `KEY:\tVALUE`, such as status and those of fdinfo.
[[nodiscard]] std::optional<std::string> value_of(const std::filesystem::path& file,
                                                  const std::string& key);

/// The processes whose parent is `pid` (any of its threads), zombies too.
[[nodiscard]] std::vector<pid_t> children_of(pid_t pid);

/// The process and its descendants.
[[nodiscard]] std::vector<pid_t> family_of(pid_t pid);

/// The ids of a process's threads.
[[nodiscard]] std::vector<pid_t> threads_of(pid_t pid);

/// The command name, up to 15 bytes; empty when there is no such process.
[[nodiscard]] std::string name_of(pid_t pid);

/// Whether it has ended, and only waits to be asked how.
[[nodiscard]] bool is_zombie(pid_t pid);

[[nodiscard]] pid_t group_of(pid_t pid);

/// Bytes of memory that it has in use now (resident), of its own and shared.
[[nodiscard]] std::size_t memory_of(pid_t pid);

/// The same, but of what it shares with others only its part (PSS). Takes longer.
[[nodiscard]] std::size_t fair_memory_of(pid_t pid);

}  // namespace harness::supervisor
