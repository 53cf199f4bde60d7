#include "runner/course/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace runner {
namespace {

/// Edits between two words: insert, drop, replace, swap neighbours (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before;
    std::vector<std::size_t> above(b.size() + 1);
    std::iota(above.begin(), above.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::vector<std::size_t> row{i};
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t differs = a[i - 1] == b[j - 1] ? 0 : 1;
            row.push_back(std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + differs}));
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::move(above);
        above = std::move(row);
    }
    return above.back();
}

}  // namespace

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
    const std::string* nearest = nullptr;
    auto limit = std::max<std::size_t>(1, std::min<std::size_t>(word.size(), 12) / 3) + 1;
    for (const auto& id : known) {
        // Of a long word that somebody pasted no table is made.
        const auto edits = word.size() > 100 ? limit : distance(word, id);
        if (edits >= limit) continue;
        limit = edits;
        nearest = &id;
    }
    return nearest == nullptr ? "" : fmt::format(" Did you mean {}?", *nearest);
}

}  // namespace runner
