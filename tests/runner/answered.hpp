#pragma once

#include <string>
#include <vector>

#include "toy_checkout.hpp"

namespace runner_test {

/// Runs `lab` with a terminal on stdin, on which `line` has been typed. What it prints goes to a
/// pipe.
[[nodiscard]] runner::Outcome answered(const ToyCheckout& checkout, std::vector<std::string> words,
                                       const std::string& line);

}  // namespace runner_test
