#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "runner/course/course.hpp"

namespace runner {

/// Reads what stands in the lab.json of `folder`. Throws std::runtime_error that says what is
/// missing or wrong there, and what would be right.
[[nodiscard]] Lab read_manifest(const nlohmann::ordered_json& json,
                                const std::filesystem::path& folder);

}  // namespace runner
