#include "runner/verify/picture_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "runner/course/markdown.hpp"
#include "runner/student/progress.hpp"
#include "runner/testing/picture.hpp"
#include "runner/testing/test_report.hpp"
#include "runner/verbs/board.hpp"
#include "runner/verify/proof.hpp"
#include "runner/verify/source_files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Complaint = std::optional<std::string>;

constexpr std::size_t width = 80;

/// Times and ports differ from run to run.
std::string without_chance(const std::string& text) {
    const std::string timeless = std::regex_replace(text, std::regex(R"(\d+\.\d{3} )"), "T ");
    return std::regex_replace(timeless, std::regex(R"((\d\.\d+\.\d+\.\d+):\d+)"), "$1:P");
}

/// The board of somebody who has not begun: all but what is next.
std::string board(const Workspace& workspace, const Course& course) {
    const auto progress = Progress::load(workspace.root() / ".lab" / "nobodys-progress.json");
    const std::string text = draw_board(workspace, course, progress, width);
    return text.substr(0, text.find("next "));
}

std::string failure(const Workspace& workspace, const Course& course, const std::string& of,
                    const std::string& shown) {
    std::istringstream words(of);
    std::string kind;
    std::string lab_id;
    std::string submission;
    words >> kind >> lab_id >> submission;
    std::smatch seed;
    if (!std::regex_search(shown, seed, std::regex("--seed (\\d+)")))
        return "(the picture names no seed)\n";
    const auto lab = std::find_if(course.labs.begin(), course.labs.end(),
                                  [&](const Lab& l) { return l.id == lab_id; });
    if (lab == course.labs.end()) return "(there is no lab " + lab_id + ")\n";

    const auto wrong = read_wrong_submission(workspace.root() / "tests" / "submissions" / lab_id /
                                             (submission + ".patch"));
    const auto stage = std::find_if(lab->stages.begin(), lab->stages.end(),
                                    [&](const Stage& s) { return s.id == wrong.stage; });
    if (stage == lab->stages.end()) return "(there is no stage " + wrong.stage + ")\n";
    const auto results =
        test_stages(workspace,
                    {.lab = &*lab,
                     .stages = {&*stage},
                     .programs = {workspace.build() / "submissions" / lab_id / submission},
                     .seed = static_cast<std::uint32_t>(std::stoul(seed[1]))},
                    lab->folder / "tests");
    return draw_failure(*lab, results.front(), width);
}

Complaint is_as_printed(const Workspace& workspace, const Course& course,
                        const Markdown::Picture& picture) {
    std::string shown = picture.text;
    if (picture.of == "board") shown = shown.substr(0, shown.find("next "));
    const std::string printed = picture.of == "board"
                                    ? board(workspace, course)
                                    : failure(workspace, course, picture.of, shown);
    if (without_chance(shown) == without_chance(printed)) return std::nullopt;
    return fmt::format("line {}: the picture is not what is printed today:\n{}", picture.line,
                       printed);
}

}  // namespace

std::vector<Check> picture_checks(const Workspace& workspace, const Course& course) {
    std::vector<Check> checks;
    for (const fs::path& file : files_of(workspace, {".md"})) {
        for (const auto& picture : read_markdown(file).pictures) {
            checks.push_back({.name = fmt::format("{}: {} is as it is printed",
                                                  workspace.shown(file), picture.of),
                              .run = [&workspace, &course, picture] {
                                  return is_as_printed(workspace, course, picture);
                              }});
        }
    }
    return checks;
}

}  // namespace runner
