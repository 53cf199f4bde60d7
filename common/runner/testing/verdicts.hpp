#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace runner {

/// Every verdict that `lab test` gives, in the order of telling: of several that match, the first
/// counts. The last two are the runner's own; docs/verdicts.md says what each means to a student.
inline constexpr std::array<std::string_view, 21> verdicts{
    "BUILD",    "TEST_BUG", "SKIPPED", "SANITIZER", "SIGPIPE",     "CRASH",        "LIMIT",
    "EXITED",   "BUSY",     "REFUSED", "RESET",     "WRONG_BYTES", "CLOSED_EARLY", "HANG",
    "NO_REPLY", "OUTPUT",   "FILES",   "LEAK",      "PASS",        "NOT_STARTED",  "FLAKY"};

/// The place of a verdict in that order; behind all of them for one that is none.
[[nodiscard]] std::size_t order_of(std::string_view verdict);

}  // namespace runner
