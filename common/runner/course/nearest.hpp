#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace runner {

/// " Did you mean echo-once?", or nothing if none of these words is near: at most a third of `word`
/// is wrong.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace runner
