#include "runner/verify/commands/printed.hpp"

#include <algorithm>
#include <regex>
#include <string_view>

#include "runner/machine/terminal.hpp"

namespace runner {
namespace {

/// What differs from run to run gets a name, and all blanks are one.
std::string without_chance(const std::string& line) {
    static const std::regex blanks("[ \t]+");
    static const std::regex address("0x[0-9a-f]{6,}");
    static const std::regex ephemeral_port(R"(\b(3[3-9]|4\d|5\d|60)\d{3}\b|\b32[7-9]\d\d\b)");
    std::string text = std::regex_replace(line.substr(0, 2000), blanks, " ");
    text = std::regex_replace(text, address, "ADDRESS");
    text = std::regex_replace(text, ephemeral_port, "PORT");
    text.erase(text.find_last_not_of(' ') + 1);
    return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

/// `…` in the page stands for anything.
bool agrees(const std::string& shown, const std::string& printed) {
    static const std::string anything = "…";
    std::string_view left = printed;
    std::string_view rest = shown;
    bool anchored = true;
    for (;;) {
        const auto gap = rest.find(anything);
        const auto piece = rest.substr(0, gap);
        if (gap == std::string_view::npos && !anchored) return left.ends_with(piece);
        const auto at = left.find(piece);
        if (at == std::string_view::npos || (anchored && at != 0)) return false;
        left.remove_prefix(at + piece.size());
        if (gap == std::string_view::npos) return left.empty();
        rest.remove_prefix(gap + anything.size());
        anchored = false;
    }
}

}  // namespace

std::optional<std::string> first_missing(const std::string& block, const std::string& printed,
                                         Order order) {
    const auto all = lines_of(printed);
    auto it = all.begin();
    for (const std::string& line : lines_of(block)) {
        const std::string shown = without_chance(line);
        if (order == Order::any) it = all.begin();
        it = std::find_if(it, all.end(), [&](const std::string& candidate) {
            return agrees(shown, without_chance(candidate));
        });
        if (it == all.end()) return line;
        ++it;
    }
    return std::nullopt;
}

std::string end_of(const std::string& printed) {
    constexpr std::size_t most = 2000;
    return printed.size() <= most ? printed : "…" + printed.substr(printed.size() - most);
}

}  // namespace runner
