#pragma once

#include <string>
#include <vector>

namespace runner {

struct ZipEntry {
    std::string name;  ///< UTF-8
    std::string text;
};

/// A zip archive with these files, in this order. It bears no times, so that the same files make
/// the same bytes. Throws std::runtime_error.
[[nodiscard]] std::string make_zip(const std::vector<ZipEntry>& entries);

}  // namespace runner
