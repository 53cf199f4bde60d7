#include "runner/machine/difference.hpp"

#include <sstream>
#include <stdexcept>
#include <vector>

#include "runner/machine/subprocess.hpp"
#include "runner/machine/terminal.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

std::string readable(const fs::path& file) {
    return fs::exists(file) ? file.string() : std::string("/dev/null");
}

Style style_of(const std::string& line) {
    if (line.starts_with("--- ") || line.starts_with("+++ ")) return Style::strong;
    if (line.starts_with('+')) return Style::good;
    if (line.starts_with('-')) return Style::bad;
    return line.starts_with("@@") ? Style::dim : Style::plain;
}

}  // namespace

std::string difference(const Compared& before, const Compared& after, Blanks blanks) {
    constexpr int differ = 1;
    std::vector<std::string> words{"diff", "-u", "--text"};
    if (blanks == Blanks::do_not_count) words.emplace_back("--ignore-space-change");
    words.insert(words.end(), {"--label", before.name, "--label", after.name, "--",
                               readable(before.file), readable(after.file)});
    const Outcome outcome = run({.words = words, .environment = {{"LC_ALL", "C"}}});
    if (outcome.status == 127)
        throw std::runtime_error("diff is missing here: sudo apt-get install diffutils");
    if (outcome.status > differ) throw std::runtime_error(outcome.output);
    return outcome.output;
}

std::string coloured(const std::string& difference) {
    std::string text;
    std::istringstream lines(difference);
    for (std::string line; std::getline(lines, line);) text += styled(style_of(line), line) + '\n';
    return text;
}

}  // namespace runner
