#pragma once

#include <cstddef>
#include <span>

#include "harness/run/test_run.hpp"

namespace harness {

/// Where two byte strings differ first; the shorter one's length if they do not.
[[nodiscard]] std::size_t first_difference(std::span<const std::byte> left,
                                           std::span<const std::byte> right);

/// A byte that differs, shown under a caret, and what such a difference usually comes from. `got`
/// is all that has come for `expected`; they are the same before `at`.
[[nodiscard]] Failure wrong_byte(std::span<const std::byte> expected,
                                 std::span<const std::byte> got, std::size_t at);

/// More bytes than are due.
[[nodiscard]] Failure too_many_bytes(std::span<const std::byte> extra);

/// A right beginning, and then no more: `came` says what the bytes did ("came back"), `verdict` is
/// what stopped them, `says` how that looked.
[[nodiscard]] Failure cut_short(std::span<const std::byte> expected, std::size_t got,
                                const std::string& came, Verdict verdict, const std::string& says);

}  // namespace harness
