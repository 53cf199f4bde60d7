#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

/// How much fits into a line of stdout: the terminal's columns, at most 100; 80 if it is no
/// terminal.
[[nodiscard]] std::size_t line_width();

enum class Style { plain, good, bad, dim, strong };

/// `text` in a style, if stdout is a terminal that shows colours (NO_COLOR is obeyed:
/// no-color.org).
[[nodiscard]] std::string styled(Style style, std::string_view text);

/// Columns that a UTF-8 text takes, counting one for each code point.
[[nodiscard]] std::size_t columns(std::string_view text);

/// `text` in exactly `width` columns: filled with blanks, or its middle replaced by "…".
[[nodiscard]] std::string fit(std::string_view text, std::size_t width);

/// Lines of at most `width` columns, broken between words where there is one.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// The lines of a text, without their ends.
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);

/// True for a byte within a code point of UTF-8, but not its first one.
[[nodiscard]] bool continues(char c);

/// "  says    the text, wrapped, its further lines under its first one"; `indent` columns stand
/// before the text. Nothing for an empty text.
[[nodiscard]] std::string entry(std::string_view name, const std::string& text, std::size_t indent,
                                std::size_t width);

/// One line on stderr that is written over as work goes on, and leaves nothing behind. Only where
/// stderr is a terminal.
class ProgressLine {
public:
    ProgressLine() = default;
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine() { clear(); }

    void show(const std::string& text);
    void clear();

private:
    bool shown_ = false;
};

}  // namespace runner
