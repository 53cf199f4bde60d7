#pragma once

#include <string>
#include <vector>

#include "harness/programs/program.hpp"

/// faulted is built three times: faults must reach it beside any sanitizer.
[[nodiscard]] std::string any_build();

/// A program that makes these calls under faults.
[[nodiscard]] harness::Process make(const std::string& build, std::vector<std::string> calls,
                                    harness::Faults faults = {});

/// What it says about each of them; ends with it.
void check_each(harness::Process& process, const std::vector<std::string>& calls,
                const std::string& expected);
