#include "runner/verify/wrong_submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "runner/testing/build.hpp"
#include "runner/testing/picture.hpp"
#include "runner/testing/repetition.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Complaint = std::optional<std::string>;

fs::path folder_of(const Workspace& workspace, const Lab& lab) {
    return workspace.root() / "tests" / "submissions" / lab.id / "wrong";
}

fs::path built(const Workspace& workspace, const Lab& lab, const WrongSubmission& wrong) {
    return workspace.build() / "submissions" / lab.id / "wrong" / wrong.name;
}

const Stage& stage_of(const Lab& lab, const WrongSubmission& wrong) {
    for (const Stage& stage : lab.stages) {
        if (stage.id == wrong.stage) return stage;
    }
    throw std::runtime_error("there is no stage " + wrong.stage + " in lab " + lab.id);
}

/// Whether a stage starts, or may start, a program that is not the solution's own: what was built
/// of the submission has changed.
bool meets_changes(const Stage& stage, const fs::path& built, const LabProof& proof) {
    const auto programs = proof.programs_of(stage.id);
    return !programs || std::any_of(programs->begin(), programs->end(),
                                    [&](const auto& name) { return fs::exists(built / name); });
}

TestOrder order_for(const Workspace& workspace, const Lab& lab, const WrongSubmission& wrong,
                    std::vector<const Stage*> stages) {
    return {.lab = &lab,
            .stages = std::move(stages),
            .programs = {built(workspace, lab, wrong), workspace.build() / "solutions" / lab.id},
            .seed = random_seed()};
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string everything_said(const TestRecord& record) {
    std::string text = record.says + '\n' + record.means;
    for (const std::string& detail : record.details) text += '\n' + detail;
    return text;
}

Complaint says_it(const WrongSubmission& wrong, const std::string& said, const std::string& shown) {
    if (lower(said).find(lower(wrong.says)) != std::string::npos) return std::nullopt;
    return fmt::format("should say \"{}\", says:\n{}", wrong.says, shown);
}

Complaint is_as_it_says(const Lab& lab, const WrongSubmission& wrong, const StageResult& result) {
    const std::string shown = draw_failure(lab, result, 100);
    if (result.verdict != wrong.verdict) {
        return fmt::format("should be {}, is {}:\n{}", wrong.verdict, result.verdict, shown);
    }
    return says_it(wrong, everything_said(result.told), shown);
}

/// One build at a time: build() has a lock of its own.
Complaint does_not_build(const Workspace& workspace, const Lab& lab, const WrongSubmission& wrong) {
    const BuildResult result =
        build(workspace, {fmt::format("submissions.{}.wrong.{}", lab.id, wrong.name)});
    if (result.ok) return "should be BUILD, but it builds";
    return says_it(wrong, result.first_error, result.first_error);
}

Complaint is_flaky(const Workspace& workspace, const Lab& lab, const WrongSubmission& wrong,
                   const Stage& stage) {
    constexpr std::size_t often = 8;
    const auto results = test_repeatedly(workspace, order_for(workspace, lab, wrong, {&stage}),
                                         lab.folder / "tests", {.runs = often});
    return is_as_it_says(lab, wrong, results.front());
}

Complaint fails(const Workspace& workspace, const Lab& lab, const WrongSubmission& wrong,
                LabProof& proof) {
    auto stages = stages_to_run(lab, wrong, built(workspace, lab, wrong), proof);
    const Stage& own = *stages.back();
    const bool flaky = wrong.verdict == "FLAKY";
    if (flaky) stages.pop_back();
    if (stages.empty()) return is_flaky(workspace, lab, wrong, own);
    const TestReport report = run_tests(workspace, order_for(workspace, lab, wrong, stages));
    proof.add(wrong, report);
    for (const Stage* stage : stages) {
        const auto result = judge(*stage, tests_of(workspace, lab, *stage), report, false);
        if (stage == &own) return is_as_it_says(lab, wrong, result);
        if (result.verdict != "PASS") {
            return fmt::format("fails before its stage, {} at {}:\n{}", result.verdict, stage->id,
                               draw_failure(lab, result, 100));
        }
    }
    return is_flaky(workspace, lab, wrong, own);
}

}  // namespace

std::vector<WrongSubmission> wrong_submissions(const Workspace& workspace, const Lab& lab) {
    std::vector<WrongSubmission> all;
    const fs::path folder = folder_of(workspace, lab);
    if (!fs::is_directory(folder)) return all;
    for (const auto& entry : fs::directory_iterator(folder))
        all.push_back(read_wrong_submission(entry.path()));
    std::sort(all.begin(), all.end(),
              [](const auto& one, const auto& other) { return one.name < other.name; });
    return all;
}

std::vector<const Stage*> stages_to_run(const Lab& lab, const WrongSubmission& wrong,
                                        const fs::path& built, const LabProof& proof) {
    const Stage& own = stage_of(lab, wrong);
    std::vector<const Stage*> stages;
    for (const Stage& stage : lab.stages) {
        if (&stage == &own) break;
        if (meets_changes(stage, built, proof)) stages.push_back(&stage);
    }
    stages.push_back(&own);
    return stages;
}

Complaint fails_as_it_says(const Workspace& workspace, const Lab& lab, const fs::path& patch,
                           Proof& proof) {
    const WrongSubmission wrong = read_wrong_submission(patch);
    if (wrong.verdict == "BUILD") return does_not_build(workspace, lab, wrong);
    if (!fs::exists(built(workspace, lab, wrong))) return "was not built";
    return fails(workspace, lab, wrong, proof.at(lab.id));
}

void run_again(const Workspace& workspace, const Lab& lab, const WrongSubmission& wrong,
               Proof& proof) {
    if (wrong.verdict == "BUILD" || wrong.verdict == "FLAKY") return;
    const Stage& own = stage_of(lab, wrong);
    proof.at(lab.id).add(wrong, run_tests(workspace, order_for(workspace, lab, wrong, {&own})));
}

}  // namespace runner
