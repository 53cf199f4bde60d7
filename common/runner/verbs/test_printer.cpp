#include "runner/verbs/test_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "runner/machine/terminal.hpp"
#include "runner/student/student_files.hpp"
#include "runner/testing/picture.hpp"
#include "runner/verbs/board.hpp"

namespace runner {
namespace {

using nlohmann::json;

json as_json(const BuildResult& result) {
    return {{"verdict", "BUILD"},
            {"says", result.first_error},
            {"more_errors", result.more_errors},
            {"log", result.log.string()}};
}

void print_build_failure(const BuildResult& result, const Workspace& workspace) {
    std::cout << styled(Style::bad, "✗") << ' ' << fit("it does not build", line_width() - 8)
              << styled(Style::bad, "BUILD") << '\n'
              << result.first_error << '\n';
    if (result.more_errors > 0) {
        fmt::print("{} more, often caused by this one: {}\n", result.more_errors,
                   workspace.shown(result.log));
    }
}

void print_warning(const BuildResult& result, const Workspace& workspace) {
    if (result.first_warning.empty()) return;
    std::cerr << "The compiler warns:\n" << result.first_warning << '\n';
    if (result.more_warnings > 0) {
        std::cerr << result.more_warnings << " more: " << workspace.shown(result.log) << '\n';
    }
    std::cerr << '\n';
}

json as_json(const TestRecord& record) {
    auto events = json::array();
    for (const Event& event : record.events) {
        events.push_back({{"at_us", event.at.count()},
                          {"side", event.by_program ? "program" : "test"},
                          {"what", event.what}});
    }
    auto outputs = json::array();
    for (const ProgramOutput& output : record.outputs) {
        outputs.push_back(
            {{"program", output.program}, {"stdout", output.out}, {"stderr", output.err}});
    }
    return {{"test", record.test},       {"says", record.says}, {"means", record.means},
            {"details", record.details}, {"events", events},    {"outputs", outputs}};
}

json as_json(const StageResult& result) {
    json entry{{"stage", result.stage->id},
               {"points", result.stage->points},
               {"verdict", result.verdict},
               {"tests", result.tests},
               {"seed", result.seed}};
    if (!result.runs.empty()) entry["runs"] = result.runs;
    if (result.verdict != "PASS") entry["failure"] = as_json(result.told);
    return entry;
}

void print_not_started(const Workspace& workspace, const Lab& lab, const Stage& stage) {
    const auto marks = find_marks(lab.folder);
    if (const auto mark = marks.find(stage.id); mark != marks.end()) {
        fmt::print("  write it at {}:{}\n", workspace.shown(mark->second.file), mark->second.line);
        fmt::print("  written? then delete the mark TODO(\"{}\") there, to see what fails\n",
                   stage.id);
    }
    fmt::print("  read  labs/{}/README.md#{}\n", lab.id, stage.id);
}

void print_result(const Workspace& workspace, const Lab& lab, const StageResult& result) {
    if (result.verdict == "PASS") {
        std::cout << headline(lab, result, line_width());
    } else if (result.verdict == "NOT_STARTED") {
        std::cout << headline(lab, result, line_width());
        print_not_started(workspace, lab, *result.stage);
    } else {
        std::cout << draw_failure(lab, result, line_width());
    }
}

/// The stages that were asked for. Of those not started one is enough to read about.
void print_results(const Workspace& workspace, const Lab& lab,
                   const std::vector<StageResult>& results) {
    bool not_started = false;
    for (const StageResult& result : results) {
        if (result.verdict == "NOT_STARTED" && not_started) {
            std::cout << headline(lab, result, line_width());
        } else {
            print_result(workspace, lab, result);
        }
        not_started = not_started || result.verdict == "NOT_STARTED";
    }
}

/// The stages before: they have passed once.
void print_earlier(const Workspace& workspace, const Lab& lab,
                   const std::vector<StageResult>& results) {
    bool broken = false;
    for (const StageResult& result : results) {
        if (result.verdict != "PASS" && !broken) std::cout << "works no more:\n";
        broken = broken || result.verdict != "PASS";
        print_result(workspace, lab, result);
    }
}

}  // namespace

bool all_pass(const std::vector<StageResult>& results) {
    return std::all_of(results.begin(), results.end(),
                       [](const StageResult& r) { return r.verdict == "PASS"; });
}

void TestPrinter::build_failure(const BuildResult& built) const {
    if (options_.json) {
        std::cout << json{{"lab", lab_.id}, {"build", as_json(built)}}.dump(2) << '\n';
    } else {
        print_build_failure(built, workspace_);
    }
}

void TestPrinter::warning(const BuildResult& built) const {
    if (!options_.json) print_warning(built, workspace_);
}

void TestPrinter::results(const std::vector<StageResult>& results) const {
    if (!options_.json) print_results(workspace_, lab_, results);
}

void TestPrinter::earlier(const std::vector<StageResult>& results) const {
    if (!options_.json) print_earlier(workspace_, lab_, results);
}

void TestPrinter::end(const std::vector<StageResult>& all, const std::string& next) const {
    if (options_.json) {
        auto stages = json::array();
        for (const StageResult& result : all) stages.push_back(as_json(result));
        std::cout << json{{"lab", lab_.id}, {"stages", stages}}.dump(2) << '\n';
    } else if (all_pass(all)) {
        if (options_.repeat > 1) fmt::print("{0} of {0} runs passed\n", options_.repeat);
        fmt::print("\n{}", next);
    }
}

}  // namespace runner
