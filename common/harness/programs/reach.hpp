#pragma once

#include <string>

namespace harness {

/// Why a library cannot be preloaded into a program (ld.so(8)): "is linked statically"; empty if it
/// can, as far as its file says.
[[nodiscard]] std::string out_of_reach(const std::string& file);

}  // namespace harness
