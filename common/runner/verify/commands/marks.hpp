#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runner/course/markdown.hpp"
#include "runner/verify/commands/printed.hpp"

namespace runner {

/// What the comment directly above a block says of it.
struct Marks {
    std::size_t terminal = 0;
    bool runs_on = false;
    std::set<int> status{0};
    std::vector<std::string> reasons_against;
    bool printed = false;
    Order order = Order::as_shown;
    std::optional<std::size_t> printed_in;
};

/// "second terminal" and its like, counted from 0.
[[nodiscard]] std::optional<std::size_t> terminal_of(const std::string& words);

/// A picture of the board or of a failure: see picture_checks.hpp.
[[nodiscard]] bool is_picture(const std::string& comment);

/// True for a comment that is a mark of the block below.
[[nodiscard]] bool is_mark(const Markdown::Part& part);

/// Throws std::runtime_error that names what is no mark.
[[nodiscard]] Marks read_marks(const std::string& comment);

/// Why a command cannot be run here; empty if it can.
[[nodiscard]] std::string reason_against(const std::string& line);

/// A mark that forbids nothing is refused: what can be run is. Throws std::runtime_error.
void check_reasons(const Marks& marks, const std::vector<std::string>& lines);

}  // namespace runner
