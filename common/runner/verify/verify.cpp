#include "runner/verify/verify.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

#include "runner/exit_status.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/testing/build.hpp"
#include "runner/testing/side_by_side.hpp"
#include "runner/testing/test_report.hpp"
#include "runner/verify/check.hpp"
#include "runner/verify/commands/command_checks.hpp"
#include "runner/verify/course_checks.hpp"
#include "runner/verify/message_checks.hpp"
#include "runner/verify/picture_checks.hpp"
#include "runner/verify/proof_checks.hpp"
#include "runner/verify/source_files.hpp"
#include "runner/verify/submission_checks.hpp"
#include "runner/verify/tidy_checks.hpp"
#include "runner/verify/verdict_checks.hpp"

namespace runner {
namespace {

using Complaint = std::optional<std::string>;

/// Configures a tree and builds targets in it, all that can be built, with warnings as errors.
Complaint build_tree(const Workspace& workspace, const std::vector<std::string>& settings,
                     const std::vector<std::string>& targets) {
    Command configure{.words = {"cmake", "--preset", "dev", "-B", workspace.build().string(),
                                "-DLAB_WARNINGS_ARE_ERRORS=ON"},
                      .folder = workspace.root()};
    configure.words.insert(configure.words.end(), settings.begin(), settings.end());
    const Outcome configured = run(configure);
    if (configured.status != 0) return configured.output;
    const BuildResult built = build(workspace, targets, {.on_error = OnError::keep_going});
    if (built.ok) return std::nullopt;
    return fmt::format("{}\n{} more errors: {}", built.first_error, built.more_errors,
                       workspace.shown(built.log));
}

std::vector<Check> build_checks(const Workspace& workspace, const Workspace& clang, bool quick) {
    std::vector<Check> checks{
        {.name = "everything builds with g++ without a warning", .run = [&workspace] {
             return build_tree(workspace, {},
                               {"lab", "supervisor", "lab_tests", "starters", "solutions",
                                "submissions", "common_tests"});
         }}};
    if (!quick) {
        checks.push_back({.name = "starters and solutions build with clang++ without a warning",
                          .run = [&clang] {
                              const std::string compiler = first_in_path({"clang++-14", "clang++"});
                              return build_tree(
                                  clang, {"-DCMAKE_CXX_COMPILER=" + compiler, "-DLAB_SANITIZERS="},
                                  {"starters", "solutions"});
                          }});
    }
    return checks;
}

Complaint run_test(const std::string& program, const std::string& name) {
    const Outcome outcome =
        run({.words = {program, as_pattern(name)}, .limit = std::chrono::minutes(2)});
    const bool ran = outcome.output.find("All tests passed (") != std::string::npos ||
                     outcome.output.find("skipped") != std::string::npos;
    if (outcome.status == 0 && ran) return std::nullopt;
    return outcome.output + (outcome.timed_out ? "\nnot done after two minutes" : "");
}

/// A test program of common/, written with Catch2: one check a test case.
std::vector<Check> test_checks(const Workspace& workspace, const std::string& part) {
    const std::string program = (workspace.build() / (part + "_tests")).string();
    const Outcome list = run({.words = {program, "--list-tests", "--verbosity", "quiet"}});
    std::vector<Check> checks;
    std::istringstream lines(list.output);
    for (std::string name; list.status == 0 && std::getline(lines, name);) {
        name.erase(0, name.find_first_not_of(' '));
        if (name.empty()) continue;
        checks.push_back({.name = fmt::format("{}: {}", part, name),
                          .run = [program, name] { return run_test(program, name); }});
    }
    if (checks.empty()) {
        checks.push_back({.name = part + ": has tests",
                          .run = [said = list.output]() -> Complaint { return "none: " + said; }});
    }
    return checks;
}

/// What some submission has not shown as it should is not written down.
Page page_for(const VerifyOptions& options, bool all_have_shown) {
    if (!options.update_proof) return Page::compare;
    return all_have_shown ? Page::update : Page::refuse;
}

/// The commands in the pages, where this machine can run them. Returns how many checks it cannot
/// make.
std::size_t run_commands(CheckRun& run, const Workspace& workspace, const Course& course) {
    auto checks = command_checks(workspace, course);
    std::erase_if(checks, [&](const Check& check) { return !run.wants(check.name); });
    if (checks.empty()) return 0;
    if (const auto why = why_no_command_runs()) {
        fmt::print("- commands in the pages: {} checks SKIPPED: {}\n", checks.size(), *why);
        return checks.size();
    }
    run.run("commands in the pages", checks);
    std::vector<std::string> left_out;
    for (const auto& [reason, count] : commands_not_run(workspace))
        left_out.push_back(fmt::format("{} ({})", reason, count));
    if (!left_out.empty()) fmt::print("  not run: {}\n", fmt::join(left_out, ", "));
    return 0;
}

void append(std::vector<Check>& all, std::vector<Check> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

struct Count {
    std::size_t skipped;
    std::size_t passed;
    std::size_t failed;
};

/// The last line, and the exit status.
int conclude(const Count& count, const std::string& only) {
    if (count.skipped > 0) fmt::print("{} skipped, ", count.skipped);
    fmt::print("{} passed, {} failed\n", count.passed, count.failed);
    if (count.skipped + count.passed + count.failed == 0)
        std::cerr << "lab: no check has \"" << only << "\" in its name\n";
    return count.failed == 0 && count.passed > 0 ? exit_passed : exit_failed;
}

}  // namespace

int verify_command(const Workspace& here, const Course& course, const VerifyOptions& options) {
    const Workspace workspace = here.with_tree("verify");
    const Workspace clang = here.with_tree("clang");
    CheckRun run(options.only, options.jobs != 0 ? options.jobs : cores(), options.repeat);

    run.run("course and docs", course_checks(here, course));
    run.run("messages", message_checks(here));
    run.run("verdicts", verdict_checks(here));
    run.run("format", format_checks(here));
    // One after another: each build has all cores. Without them there is nothing to run.
    CheckRun builds(options.only.empty() ? "" : "builds", 1);
    builds.run("builds", build_checks(workspace, clang, options.quick || !options.only.empty()));

    Proof proof;
    for (const Lab& lab : course.labs) proof[lab.id];
    const std::size_t failed_before = run.failed();
    run.run("submissions", submission_checks(workspace, course, proof), submissions_at_once);
    run.run("pictures in the docs", picture_checks(workspace, course));
    CheckRun covered("", 1);  // only when all submissions have run
    if (options.only.empty()) {
        covered.run("coverage", coverage_checks(workspace, course, proof));
        const bool shown = builds.failed() + run.failed() == failed_before;
        // A lab that cannot be read has been told; what it proves is not known.
        if (course.broken.empty()) {
            covered.run("the page of proof",
                        page_checks(workspace, course, proof, page_for(options, shown)));
        }
    }
    const std::size_t skipped = run_commands(run, workspace, course);
    std::vector<Check> tests;
    for (const char* part : {"net", "program", "harness", "runner"})
        append(tests, test_checks(workspace, part));
    run.run("tests of common/", tests);
    if (!options.quick) run.run("clang-tidy", tidy_checks(workspace));

    const Count count{.skipped = skipped,
                      .passed = run.passed() + builds.passed() + covered.passed(),
                      .failed = run.failed() + builds.failed() + covered.failed()};
    return conclude(count, options.only);
}

}  // namespace runner
