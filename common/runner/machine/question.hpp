#pragma once

#include <string>

namespace runner {

/// Asks on stderr, and reads the answer from stdin: true for y or yes. Throws WrongUse, which
/// names `command` as the way without a question, if stdin is no terminal.
[[nodiscard]] bool says_yes(const std::string& question, const std::string& command);

}  // namespace runner
