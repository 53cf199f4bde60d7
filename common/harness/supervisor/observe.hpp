#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>

namespace harness::supervisor {

/// What proc(5) shows of a process and its descendants at this moment, as Observation in
/// harness/diagnosis/observation.hpp reads it. Values of a process that ends meanwhile are left
/// out.
[[nodiscard]] nlohmann::json observe(pid_t pid);

}  // namespace harness::supervisor
