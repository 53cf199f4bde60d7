#pragma once

#include <string>
#include <string_view>

namespace runner {

/// SHA-256 in lower-case hexadecimal digits, as sha256sum(1) prints it.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace runner
