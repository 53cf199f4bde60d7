#include "runner/verbs/test_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "runner/machine/terminal.hpp"
#include "runner/student/student_files.hpp"
#include "runner/testing/picture.hpp"

namespace runner {
namespace {

using nlohmann::json;

json as_json(const BuildResult& result) {
    return {{"verdict", "BUILD"},
            {"says", result.first_error},
            {"more_errors", result.more_errors},
            {"log", result.log.string()}};
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

void print_result(const Workspace& workspace, const Lab& lab, const StageResult& result) {
    if (result.verdict == "PASS") {
        std::cout << headline(lab, result, line_width());
    } else if (result.verdict == "NOT_STARTED") {
        std::cout << headline(lab, result, line_width());
        std::cout << draw_not_started(workspace, lab, *result.stage);
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

std::string draw_build_failure(const Workspace& workspace, const BuildResult& built,
                               std::size_t width) {
    std::string text = styled(Style::bad, "✗") + ' ' + fit("it does not build", width - 8) +
                       styled(Style::bad, "BUILD") + '\n' + built.first_error + '\n';
    if (built.more_errors > 0) {
        text += fmt::format("{} more, often caused by this one: {}\n", built.more_errors,
                            workspace.shown(built.log));
    }
    return text;
}

std::string draw_warning(const Workspace& workspace, const BuildResult& built) {
    if (built.first_warning.empty()) return {};
    std::string text = "The compiler warns:\n" + built.first_warning + '\n';
    if (built.more_warnings > 0)
        text += fmt::format("{} more: {}\n", built.more_warnings, workspace.shown(built.log));
    return text + '\n';
}

std::string draw_not_started(const Workspace& workspace, const Lab& lab, const Stage& stage) {
    std::string text;
    const auto marks = find_marks(lab.folder);
    if (const auto mark = marks.find(stage.id); mark != marks.end()) {
        text += fmt::format("  write it at {}:{}\n", workspace.shown(mark->second.file),
                            mark->second.line);
        text += fmt::format(
            "  written? then delete the mark TODO(\"{}\") there, to see what fails\n", stage.id);
    }
    return text + fmt::format("  read  labs/{}/README.md#{}\n", lab.id, stage.id);
}

void TestPrinter::built(const BuildResult& built) const {
    if (built.ok) {
        if (!options_.json) std::cerr << draw_warning(workspace_, built);
    } else if (options_.json) {
        std::cout << json{{"lab", lab_.id}, {"build", as_json(built)}}.dump(2) << '\n';
    } else {
        std::cout << draw_build_failure(workspace_, built, line_width());
    }
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
        if (options_.repeat > 1)
            std::cout << fmt::format("{0} of {0} runs passed\n", options_.repeat);
        std::cout << '\n' << next;
    }
}

}  // namespace runner
