#include "runner/student/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>
#include <stdexcept>

#include "runner/machine/files.hpp"
#include "runner/machine/interruption.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/student/starters.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

/// "echo_server.cpp" of "+++ b/echo_server.cpp".
std::optional<std::string> file_of(const std::string& line) {
    constexpr std::string_view before = "+++ b/";
    if (!line.starts_with(before)) return std::nullopt;
    const std::string rest = line.substr(before.size());
    return rest.substr(0, rest.find('\t'));
}

}  // namespace

fs::path solution_of(const Workspace& workspace, const Lab& lab) {
    return workspace.root() / "solutions" / lab.id;
}

std::optional<std::vector<fs::path>> steps_to(const Workspace& workspace, const Lab& lab,
                                              const Stage& stage) {
    std::vector<fs::path> steps;
    for (const fs::path& patch : files_in(solution_of(workspace, lab) / "steps")) {
        if (patch.extension() != ".patch") continue;
        steps.push_back(patch);
        const std::string name = patch.stem();
        if (name.substr(name.find('-') + 1) == stage.id) return steps;
    }
    return std::nullopt;
}

std::vector<StepPart> read_step(const fs::path& patch) {
    std::vector<StepPart> parts;
    std::istringstream lines(read_file(patch));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("--- a/")) continue;
        if (const auto file = file_of(line)) {
            parts.push_back({.file = *file, .hunks = {}});
        } else if (!parts.empty()) {
            parts.back().hunks += line + '\n';
        }
    }
    return parts;
}

fs::path make_reference(const Workspace& workspace, const Lab& lab,
                        const std::vector<fs::path>& steps) {
    if (run({.words = {"patch", "--version"}}).status != 0)
        throw std::runtime_error("patch is missing here: sudo apt-get install patch");
    fs::path output = scratch_folder() / "reference";
    const std::vector<std::string> patches(steps.begin(), steps.end());
    const Outcome outcome =
        run({.words = {"cmake", "-DBASE=" + (lab.folder / "starter").string(),
                       fmt::format("-DPATCHES={}", fmt::join(patches, ";")),
                       "-DOUTPUT=" + output.string(), "-P",
                       (workspace.root() / "common" / "cmake" / "ApplyPatches.cmake").string()}});
    if (outcome.status != 0) throw std::runtime_error(outcome.output);
    return output;
}

}  // namespace runner
