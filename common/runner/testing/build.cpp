#include "runner/testing/build.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <optional>
#include <regex>
#include <sstream>

#include "runner/machine/files.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/machine/terminal.hpp"

namespace runner {
namespace {

/// What the compiler, the linker, ninja and cmake say first about something that is wrong.
bool is_error(const std::string& line) {
    static const std::regex error(
        R"(: (fatal )?error: |: undefined reference to|^(ld\.\w+|mold): error: |^ninja: error: |^CMake Error)");
    return std::regex_search(line, error);
}

bool is_warning(const std::string& line) { return line.find(": warning: ") != std::string::npos; }

bool begins_anew(const std::string& line) {
    return is_error(line) || is_warning(line) || line.starts_with('[') ||
           line.starts_with("FAILED: ") || line.starts_with("ninja: ") ||
           line.find(": In function ") != std::string::npos;
}

/// A message and the lines that belong to it, but no more than a screen takes.
std::string message_at(const std::vector<std::string>& lines, std::size_t first) {
    constexpr std::size_t most = 12;
    std::string message = lines[first];
    for (std::size_t i = first + 1; i < lines.size() && i < first + most && !begins_anew(lines[i]);
         ++i) {
        message += '\n' + lines[i];
    }
    return message;
}

/// With paths relative to the checkout.
std::vector<std::string> relative_lines(const std::string& text, const std::string& root) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        for (auto at = line.find(root); at != std::string::npos; at = line.find(root))
            line.erase(at, root.size());
        // std::regex recurses once a letter: the longest messages of templates would take the
        // stack.
        lines.push_back(line.substr(0, 2000));
    }
    return lines;
}

void note_messages(const std::vector<std::string>& lines, BuildResult& result) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string& line = lines[i];
        if (line.starts_with("FAILED: ")) result.failed.push_back(line.substr(8));
        if (is_error(line)) {
            if (result.first_error.empty()) {
                result.first_error = message_at(lines, i);
            } else {
                ++result.more_errors;
            }
        } else if (is_warning(line) && line.starts_with("labs/")) {
            if (result.first_warning.empty()) {
                result.first_warning = message_at(lines, i);
            } else {
                ++result.more_warnings;
            }
        }
    }
}

/// Where no line can be replaced by the next one, at least what is going on.
void tell_of_long_build(int steps) {
    constexpr int long_build = 20;
    if (steps >= long_build && ::isatty(STDERR_FILENO) != 1)
        std::cerr << "lab: building " << steps << " files; this takes a minute or two\n";
}

/// Tells of a build by a line of progress.
class StepsOnStderr {
public:
    void operator()(const BuildStep& step) {
        // A single step is done before one has read about it.
        if (step.of <= 2) return;
        if (step.number == 1) tell_of_long_build(step.of);
        line_.show(fmt::format("building {}/{}  {}", step.number, step.of, step.what));
    }

private:
    ProgressLine line_;
};

std::optional<BuildStep> step_in(const std::string& line) {
    static const std::regex step(R"(^\[(\d+)/(\d+)\] (.*))");
    std::smatch match;
    if (line.size() >= 1000 || !std::regex_match(line, match, step)) return std::nullopt;
    return BuildStep{.number = std::stoi(match[1]), .of = std::stoi(match[2]), .what = match[3]};
}

}  // namespace

BuildResult build(const Workspace& workspace, const std::vector<std::string>& targets,
                  const BuildOptions& options) {
    Command command{.words = {"ninja", "-C", workspace.build().string()}, .stop = options.stop};
    if (options.on_error == OnError::keep_going)
        command.words.insert(command.words.end(), {"-k", "0"});
    command.words.insert(command.words.end(), targets.begin(), targets.end());
    StepsOnStderr on_stderr;
    command.on_line = [&](const std::string& line) {
        const auto step = step_in(line);
        if (!step) return;
        if (options.on_step) {
            options.on_step(*step);
        } else {
            on_stderr(*step);
        }
    };
    // One build at a time in a checkout; the launcher takes the same lock.
    const FileLock lock(workspace.root() / "build" / ".lock", options.stop);
    const Outcome outcome = run(command);

    BuildResult result{.ok = outcome.status == 0, .log = workspace.build() / "last-build.log"};
    std::ofstream(result.log) << outcome.output;
    const auto lines = relative_lines(outcome.output, workspace.root().string() + '/');
    note_messages(lines, result);
    if (!result.ok && result.first_error.empty())
        result.first_error = lines.empty() ? "ninja failed" : lines.back();
    return result;
}

}  // namespace runner
