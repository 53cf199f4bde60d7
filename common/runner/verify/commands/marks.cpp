#include "runner/verify/commands/marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <stdexcept>

namespace runner {
namespace {

using Part = Markdown::Part;

/// Commands that cannot be run here: how they begin, by the reason that their mark gives.
const std::map<std::string, std::vector<std::string>> reasons{
    {"fetches the course", {"git clone"}},
    {"needs root", {"sudo", "apt"}},
    {"needs Windows", {"wsl"}},
    {"needs an editor", {"code"}},
    {"a person talks to the debugger", {"./lab test 1.3 --debug"}},
    {"proves the whole course", {"./lab verify"}},
};

bool begins_with(const std::string& line, const std::string& words) {
    return line.starts_with(words) && (line.size() == words.size() || line[words.size()] == ' ');
}

const std::array<std::string, 5> ordinals{"first", "second", "third", "fourth", "fifth"};

std::vector<std::string> split(const std::string& text, const std::string& between) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (auto at = text.find(between); at != std::string::npos; at = text.find(between, start)) {
        parts.push_back(text.substr(start, at - start));
        start = at + between.size();
    }
    parts.push_back(text.substr(start));
    return parts;
}

/// False if it is no mark.
bool add_mark(const std::string& mark, Marks& marks) {
    static const std::regex status(R"(exit status (\d+)(?: or (\d+))?)");
    std::smatch match;
    if (const auto terminal = terminal_of(mark)) {
        marks.terminal = *terminal;
    } else if (mark == "runs on") {
        marks.runs_on = true;
    } else if (std::regex_match(mark, match, status)) {
        marks.status = {std::stoi(match[1])};
        if (match[2].matched) marks.status.insert(std::stoi(match[2]));
    } else if (mark.starts_with("not run: ")) {
        marks.reasons_against = split(mark.substr(9), "; ");
    } else if (mark == "printed") {
        marks.printed = true;
    } else if (mark == "in any order") {
        marks.order = Order::any;
    } else if (mark.starts_with("printed in the ")) {
        marks.printed = true;
        marks.printed_in = terminal_of(mark.substr(15));
        return marks.printed_in.has_value();
    } else {
        return false;
    }
    return true;
}

/// Of the page of messages: see message_checks.hpp.
bool is_about_message(const std::string& comment) {
    return comment == "said by another program" || comment.starts_with("no entry: ");
}

/// What a reader does by hand: "first terminal: Ctrl-Z".
bool is_deed(const std::string& comment) {
    const auto colon = comment.find(": ");
    if (colon == std::string::npos) return false;
    return comment.starts_with("done: ") || terminal_of(comment.substr(0, colon)).has_value();
}

}  // namespace

std::optional<std::size_t> terminal_of(const std::string& words) {
    for (std::size_t i = 0; i < ordinals.size(); ++i) {
        if (words == ordinals.at(i) + " terminal") return i;
    }
    return std::nullopt;
}

bool is_picture(const std::string& comment) {
    return comment == "board" || comment.starts_with("failure: ");
}

Marks read_marks(const std::string& comment) {
    Marks marks;
    for (const std::string& mark : split(comment, ", ")) {
        if (!add_mark(mark, marks))
            throw std::runtime_error(fmt::format("`{}` is no mark of a code block", mark));
    }
    return marks;
}

bool is_mark(const Part& part) {
    if (part.kind != Part::Kind::comment || is_picture(part.text)) return false;
    return !is_about_message(part.text) && !is_deed(part.text);
}

void check_reasons(const Marks& marks, const std::vector<std::string>& lines) {
    for (const std::string& reason : marks.reasons_against) {
        if (!reasons.contains(reason))
            throw std::runtime_error(fmt::format("\"{}\" is no reason not to run it", reason));
        const bool fits = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
            return reason_against(line) == reason;
        });
        if (!fits) {
            throw std::runtime_error(
                fmt::format("marked `not run: {}`, but it can be run", reason));
        }
    }
}

std::string reason_against(const std::string& line) {
    for (const auto& [reason, beginnings] : reasons) {
        for (const std::string& words : beginnings) {
            if (begins_with(line, words)) return reason;
        }
    }
    return "";
}

}  // namespace runner
