#include "runner/verify/submission_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <stdexcept>

#include "runner/picture.hpp"
#include "runner/test_report.hpp"

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
    return fmt::format("should be {}, is:\n{}", verdict, show(lab, result));
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string everything_said(const TestRecord& record) {
    std::string text = record.says + '\n' + record.means;
    for (const std::string& detail : record.details) text += '\n' + detail;
    return lower(text);
}

/// The stages up to and with the one of this id.
std::vector<const Stage*> stages_to(const Lab& lab, const std::string& id) {
    std::vector<const Stage*> stages;
    for (const Stage& stage : lab.stages) {
        stages.push_back(&stage);
        if (stage.id == id) return stages;
    }
    throw std::runtime_error("there is no stage " + id + " in lab " + lab.id);
}

void note_casualties(const TestReport& report, const std::string& stage, Casualties& casualties) {
    for (const TestRecord& record : report.records) {
        if (record.stage == stage && record.verdict != "PASS") casualties.add(record.test);
    }
}

Complaint fails_as_it_says(const Workspace& workspace, const Lab& lab, const fs::path& patch,
                           Casualties& casualties) {
    const WrongSubmission wrong = read_wrong_submission(patch);
    const fs::path built = workspace.build() / "submissions" / lab.id / "wrong" / wrong.name;
    if (!fs::exists(built)) return "was not built";
    const auto stages = stages_to(lab, wrong.stage);
    const TestReport report =
        run_tests(workspace, {.lab = &lab,
                              .stages = stages,
                              .programs = {built, workspace.build() / "solutions" / lab.id},
                              .seed = random_seed()});
    note_casualties(report, wrong.stage, casualties);
    for (const Stage* stage : stages) {
        const auto result = judge(*stage, tests_of(workspace, lab, *stage), report, false);
        if (stage->id != wrong.stage) {
            if (result.verdict != "PASS") return "fails before its stage:\n" + show(lab, result);
        } else if (result.verdict != wrong.verdict) {
            return fmt::format("should be {}, is:\n{}", wrong.verdict, show(lab, result));
        } else if (everything_said(result.told).find(lower(wrong.says)) == std::string::npos) {
            return fmt::format("should say \"{}\", says:\n{}", wrong.says, show(lab, result));
        }
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

void add_lab(std::vector<Check>& checks, const Workspace& workspace, const Lab& lab,
             Casualties& casualties) {
    const fs::path build = workspace.build();
    const fs::path solution = build / "solutions" / lab.id;
    add_stages(checks, workspace, lab, "the starter",
               {.programs = {build / "starters" / lab.id}, .sources = lab.folder / "starter"},
               "NOT_STARTED");
    add_stages(checks, workspace, lab, "the solution",
               {.programs = {solution}, .sources = workspace.root() / "solutions" / lab.id},
               "PASS");
    for (const fs::path& folder : entries_of(submissions(workspace, lab) / "right")) {
        const std::string name = folder.filename();
        add_stages(checks, workspace, lab, "right/" + name,
                   // What a submission has not is the solution's: one may be a server alone.
                   {.programs = {build / "submissions" / lab.id / "right" / name, folder, solution},
                    .sources = folder},
                   "PASS");
    }
    std::size_t number = 0;
    for (const fs::path& patch : entries_of(submissions(workspace, lab) / "steps")) {
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
             .run = [&workspace, &lab, &casualties, patch] {
                 return fails_as_it_says(workspace, lab, patch, casualties);
             }});
    }
}

}  // namespace

WrongSubmission read_wrong_submission(const fs::path& patch) {
    std::ifstream file(patch);
    WrongSubmission wrong;
    wrong.name = patch.stem();
    static const std::regex facts(
        R"re(base: +(\S+) +fails: +(\S+) +verdict: +([A-Z_]+) +says: +"(.*)")re");
    std::smatch match;
    for (std::string line; std::getline(file, line) && !line.starts_with("--- ");) {
        if (std::regex_match(line, match, facts)) {
            wrong.base = match[1];
            wrong.stage = match[2];
            wrong.verdict = match[3];
            wrong.says = match[4];
        }
        if (line.starts_with("bug: ")) wrong.bug = line.substr(5);
    }
    if (wrong.base.empty() || wrong.bug.empty()) {
        throw std::runtime_error(
            "a wrong submission begins with the lines\n"
            "base: FOLDER      fails: STAGE      verdict: VERDICT      says: \"WORDS\"\n"
            "bug: what is wrong");
    }
    return wrong;
}

std::vector<Check> submission_checks(const Workspace& workspace, const Course& course,
                                     Casualties& casualties) {
    std::vector<Check> checks;
    for (const Lab& lab : course.labs) add_lab(checks, workspace, lab, casualties);
    return checks;
}

std::vector<Check> casualty_checks(const Workspace& workspace, const Course& course,
                                   const Casualties& casualties) {
    std::vector<Check> checks;
    for (const Lab& lab : course.labs) {
        for (const Stage& stage : lab.stages) {
            for (const std::string& test : tests_of(workspace, lab, stage)) {
                checks.push_back(
                    {.name = fmt::format("{}: some wrong program fails \"{}\"", lab.id, test),
                     .run = [&casualties, test]() -> Complaint {
                         if (casualties.contains(test)) return std::nullopt;
                         return "no wrong submission fails it at its own stage: it may be a test "
                                "that cannot fail";
                     }});
            }
        }
    }
    return checks;
}

}  // namespace runner
