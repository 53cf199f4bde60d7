#include "harness/run/verdict.hpp"

#include <array>
#include <cstddef>

namespace harness {

std::string_view to_string(Verdict verdict) noexcept {
    static constexpr std::array<std::string_view, 19> names{
        "BUILD",    "TEST_BUG", "SKIPPED", "SANITIZER", "SIGPIPE",     "CRASH",        "LIMIT",
        "EXITED",   "BUSY",     "REFUSED", "RESET",     "WRONG_BYTES", "CLOSED_EARLY", "HANG",
        "NO_REPLY", "OUTPUT",   "FILES",   "LEAK",      "PASS",
    };
    static_assert(names.size() == static_cast<std::size_t>(Verdict::pass) + 1);
    return names.at(static_cast<std::size_t>(verdict));
}

}  // namespace harness
