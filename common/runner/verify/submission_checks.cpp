#include "runner/verify/submission_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <stdexcept>

#include "runner/testing/picture.hpp"
#include "runner/testing/test_report.hpp"
#include "runner/verify/wrong_submission.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Complaint = std::optional<std::string>;

std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    if (!fs::is_directory(folder)) return entries;
    for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
    std::sort(entries.begin(), entries.end());
    return entries;
}

fs::path submissions(const Workspace& workspace, const Lab& lab) {
    return workspace.root() / "tests" / "submissions" / lab.id;
}

/// Programs to test: where they were built, and where their sources are.
struct Subject {
    std::vector<fs::path> programs;
    fs::path sources;
};

std::vector<StageResult> test(const Workspace& workspace, const Lab& lab,
                              const std::vector<const Stage*>& stages, const Subject& subject) {
    return test_stages(
        workspace,
        {.lab = &lab, .stages = stages, .programs = subject.programs, .seed = random_seed()},
        subject.sources);
}

std::string show(const Lab& lab, const StageResult& result) {
    return draw_failure(lab, result, 100);
}

Complaint expect_verdict(const Workspace& workspace, const Lab& lab, const Stage& stage,
                         const Subject& subject, const std::string& verdict) {
    const auto result = test(workspace, lab, {&stage}, subject).front();
    if (result.verdict == verdict) return std::nullopt;
    return fmt::format("should be {}, is {}:\n{}", verdict, result.verdict, show(lab, result));
}

/// A test belongs to the stage that its only tag names.
Complaint tags_name_stages(const Workspace& workspace, const Lab& lab) {
    std::vector<std::string> complaints;
    for (const ListedTest& test : listed_tests(workspace, lab)) {
        const bool known = std::any_of(lab.stages.begin(), lab.stages.end(),
                                       [&](const Stage& stage) { return stage.id == test.stage; });
        if (test.tags.size() == 1 && known) continue;
        complaints.push_back(fmt::format("\"{}\" has the tags [{}], not that of one stage",
                                         test.name, fmt::join(test.tags, "][")));
    }
    if (complaints.empty()) return std::nullopt;
    return fmt::format("{}", fmt::join(complaints, "\n"));
}

/// The solution passes a stage. What its tests explain, and which programs they start, is noted.
Complaint solution_passes(const Workspace& workspace, const Lab& lab, const Stage& stage,
                          const Subject& subject, LabProof& proof) {
    const TestReport report = run_tests(
        workspace,
        {.lab = &lab, .stages = {&stage}, .programs = subject.programs, .seed = random_seed()});
    proof.add_solution(report);
    const auto result = judge(stage, tests_of(workspace, lab, stage), report, false);
    if (result.verdict == "PASS") {
        proof.add_passed(stage.id, report);
        return std::nullopt;
    }
    return fmt::format("should be PASS, is {}:\n{}", result.verdict, show(lab, result));
}

/// A test that needs what another one has left passes with the others, and fails alone.
Complaint each_passes_alone(const Workspace& workspace, const Lab& lab, const Stage& stage,
                            const Subject& subject) {
    for (const std::string& test : tests_of(workspace, lab, stage)) {
        const TestReport report = run_tests(workspace, {.lab = &lab,
                                                        .stages = {&stage},
                                                        .programs = subject.programs,
                                                        .seed = random_seed(),
                                                        .only_test = test});
        const auto result = judge(stage, {test}, report, false);
        if (result.verdict == "PASS") continue;
        return fmt::format("\"{}\" needs the tests before it: alone it is {}:\n{}", test,
                           result.verdict, show(lab, result));
    }
    return std::nullopt;
}

/// After step K the stages up to K pass, and the others are not started.
Complaint step_leads_on(const Workspace& workspace, const Lab& lab, const std::string& step,
                        std::size_t number) {
    const fs::path built = workspace.build() / "submissions" / lab.id / "steps" / step;
    const Subject subject{.programs = {built}, .sources = built / "src"};
    for (const Stage& stage : lab.stages) {
        const bool written = static_cast<std::size_t>(&stage - lab.stages.data()) < number;
        if (auto wrong =
                expect_verdict(workspace, lab, stage, subject, written ? "PASS" : "NOT_STARTED"))
            return wrong;
    }
    return std::nullopt;
}

void add_stages(std::vector<Check>& checks, const Workspace& workspace, const Lab& lab,
                const std::string& what, const Subject& subject, const std::string& verdict) {
    for (const Stage& stage : lab.stages) {
        checks.push_back({.name = fmt::format("{}: {}: {} is {}", lab.id, what, stage.id, verdict),
                          .run = [&workspace, &lab, &stage, subject, verdict] {
                              return expect_verdict(workspace, lab, stage, subject, verdict);
                          }});
    }
}

void add_solution(std::vector<Check>& checks, const Workspace& workspace, const Lab& lab,
                  const Subject& subject, LabProof& proof) {
    checks.push_back({.name = lab.id + ": each test belongs to one stage",
                      .run = [&] { return tags_name_stages(workspace, lab); }});
    for (const Stage& stage : lab.stages) {
        checks.push_back({.name = fmt::format("{}: the solution: {} is PASS", lab.id, stage.id),
                          .run = [&, subject] {
                              return solution_passes(workspace, lab, stage, subject, proof);
                          }});
        checks.push_back(
            {.name =
                 fmt::format("{}: the solution: each test of {} passes alone", lab.id, stage.id),
             .run = [&, subject] { return each_passes_alone(workspace, lab, stage, subject); }});
    }
}

void add_lab(std::vector<Check>& checks, const Workspace& workspace, const Lab& lab, Proof& proof) {
    const fs::path build = workspace.build();
    const fs::path solution = build / "solutions" / lab.id;
    add_stages(checks, workspace, lab, "the starter",
               {.programs = {build / "starters" / lab.id}, .sources = lab.folder / "starter"},
               "NOT_STARTED");
    add_solution(checks, workspace, lab,
                 {.programs = {solution}, .sources = workspace.root() / "solutions" / lab.id},
                 proof.at(lab.id));
    for (const fs::path& folder : entries_of(submissions(workspace, lab) / "right")) {
        const std::string name = folder.filename();
        add_stages(checks, workspace, lab, "right/" + name,
                   // What a submission has not is the solution's: one may be a server alone.
                   {.programs = {build / "submissions" / lab.id / "right" / name, folder, solution},
                    .sources = folder},
                   "PASS");
    }
    std::size_t number = 0;
    for (const fs::path& patch : entries_of(workspace.root() / "solutions" / lab.id / "steps")) {
        const std::string name = patch.stem();
        ++number;
        checks.push_back({.name = fmt::format("{}: steps/{} passes up to its stage", lab.id, name),
                          .run = [&workspace, &lab, name, number] {
                              return step_leads_on(workspace, lab, name, number);
                          }});
    }
    for (const fs::path& patch : entries_of(submissions(workspace, lab) / "wrong")) {
        checks.push_back(
            {.name = fmt::format("{}: wrong/{} fails as it says", lab.id, patch.stem().string()),
             .run = [&workspace, &lab, &proof,
                     patch] { return fails_as_it_says(workspace, lab, patch, proof); },
             // It is wrong: which of its faults strikes first may be a matter of luck.
             .tries_after_failure = 2});
    }
}

}  // namespace

std::vector<Check> submission_checks(const Workspace& workspace, const Course& course,
                                     Proof& proof) {
    std::vector<Check> checks;
    for (const Lab& lab : course.labs) add_lab(checks, workspace, lab, proof);
    return checks;
}

}  // namespace runner
