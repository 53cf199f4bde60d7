#pragma once

#include <string>
#include <vector>

#include "runner/machine/screen.hpp"
#include "runner/watch/background_session.hpp"

namespace runner {

/// What has become of a session, as it is shown in a window without scrolling: the first failure
/// first, with as much of it as fits, then how the other stages went, what is next, and a warning
/// of the compiler. At most `size.rows` lines.
[[nodiscard]] std::vector<std::string> draw_verdict(const Workspace& workspace,
                                                    const Course& course, const Lab& lab,
                                                    const Verdict& verdict, Screen::Size size);

/// "1.3 CLOSED_EARLY": the failure that it shows first, or the last stage that passed.
[[nodiscard]] std::string name_verdict(const Lab& lab, const Verdict& verdict);

/// A text in lines of at most `width` columns.
[[nodiscard]] std::vector<std::string> lines_of_text(const std::string& text, std::size_t width);

}  // namespace runner
