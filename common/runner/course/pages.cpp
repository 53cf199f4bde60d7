#include "runner/course/pages.hpp"

#include <regex>
#include <sstream>
#include <stdexcept>

#include "runner/machine/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words_in(const std::string& text) {
    static const std::regex word("[A-Z_]+");
    return {std::sregex_token_iterator(text.begin(), text.end(), word),
            std::sregex_token_iterator()};
}

}  // namespace

std::string part_of(const fs::path& page, const std::string& heading) {
    std::istringstream lines(read_file(page));
    std::string part;
    bool inside = false;
    bool found = false;
    bool in_code = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) in_code = !in_code;
        if (!in_code && line.starts_with("## ")) {
            inside = line == "## " + heading;
            found = found || inside;
        } else if (inside) {
            part += line + '\n';
        }
    }
    if (!found) throw std::runtime_error(page.string() + " has no part ## " + heading);
    return part;
}

std::vector<Hint> read_hints(const Lab& lab, const Stage& stage) {
    static const std::regex summary("<details><summary>Hint [0-9]+:?(.*)</summary>");
    static const std::regex heading("### ([0-9]+)");
    std::istringstream lines(part_of(lab.folder / "HINTS.md", stage.id));
    std::vector<Hint> hints;
    std::vector<std::string> verdicts;
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_match(line, match, summary)) {
            verdicts = words_in(match[1]);
        } else if (std::regex_match(line, match, heading)) {
            hints.push_back({.number = std::stoi(match[1]), .verdicts = verdicts, .markdown = {}});
            inside = true;
        } else if (line == "</details>") {
            inside = false;
        } else if (inside) {
            hints.back().markdown += line + '\n';
        }
    }
    return hints;
}

}  // namespace runner
