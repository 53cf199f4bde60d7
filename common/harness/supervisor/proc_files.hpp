#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace harness::supervisor {

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

/// What proc(5) shows of a process and its descendants at this moment, as Observation in
/// harness/observation.hpp reads it. Values of a process that ends meanwhile are left out.
[[nodiscard]] nlohmann::json observe(pid_t pid);

}  // namespace harness::supervisor
