#include "runner/verify/proof_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/course/strict_json.hpp"
#include "runner/machine/files.hpp"
#include "runner/testing/side_by_side.hpp"
#include "runner/verify/proof_page.hpp"
#include "runner/verify/submission_checks.hpp"
#include "runner/verify/wrong_submission.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Complaint = std::optional<std::string>;
using Sentences = std::map<std::string, std::string>;

fs::path excuses_of(const Workspace& workspace, const Lab& lab) {
    return workspace.root() / "tests" / "submissions" / lab.id / "unsaid.json";
}

/// The sentences that no wrong program can be told, each with its reason.
Sentences read_excuses(const Workspace& workspace, const Lab& lab) {
    const fs::path file = excuses_of(workspace, lab);
    if (!fs::exists(file)) return {};
    return parse_strictly(read_file(file)).get<Sentences>();
}

Complaint each_sentence_is_said(const Workspace& workspace, const Lab& lab, const LabProof& proof) {
    if (proof.announced().empty()) return "the tests of the solution have explained nothing";
    Sentences excuses = read_excuses(workspace, lab);
    std::vector<std::string> complaints;
    for (const std::string& text : proof.unsaid()) {
        if (excuses.erase(text) == 0) complaints.push_back(fmt::format("never said: “{}”", text));
    }
    for (const auto& [text, reason] : excuses) {
        complaints.push_back(fmt::format("{}: it is said, or nobody explains it: “{}”",
                                         workspace.shown(excuses_of(workspace, lab)), text));
    }
    if (complaints.empty()) return std::nullopt;
    return fmt::format("{}", fmt::join(complaints, "\n"));
}

Complaint can_fail(const LabProof& proof, const std::string& test) {
    if (proof.has_failed(test)) return std::nullopt;
    return "no wrong submission fails it at its own stage: it may be a test that cannot fail";
}

using Runs = std::map<std::string, LabProof::Runs>;

/// In how many of a submission's runs it has failed a test.
std::size_t failures_of(const Runs& runs, const std::string& name, const std::string& test) {
    const auto found = runs.find(name);
    if (found == runs.end()) return 0;
    const auto failed = found->second.failures.find(test);
    return failed == found->second.failures.end() ? 0 : failed->second;
}

bool lists(const Failures& failures, const std::string& name, const std::string& test) {
    const auto found = failures.find(test);
    return found != failures.end() && found->second.contains(name);
}

/// The submissions for which the page and what was seen are not the same.
std::set<std::string> in_doubt(const Failures& listed, const Runs& runs) {
    std::set<std::string> doubtful;
    for (const auto& [test, names] : listed) {
        for (const auto& [name, how] : names) {
            if (how == How::always && failures_of(runs, name, test) == 0) doubtful.insert(name);
        }
    }
    for (const auto& [name, of_it] : runs) {
        for (const auto& [test, count] : of_it.failures) {
            if (!lists(listed, name, test)) doubtful.insert(name);
        }
    }
    return doubtful;
}

/// What was listed and is so still. Once at times is at times for good: the next runs may all be
/// of one kind.
void keep_listed(const Failures& listed, const Runs& runs, Page what, Failures& result) {
    for (const auto& [test, names] : listed) {
        for (const auto& [name, how] : names) {
            const std::size_t failed = failures_of(runs, name, test);
            if (!runs.contains(name) || (how == How::always && failed == 0)) continue;
            const bool varies = what == Page::update && failed < runs.at(name).count;
            result[test][name] = varies ? How::at_times : how;
        }
    }
}

/// What should stand on the page. In a comparison, what has failed in some runs only is right
/// either way: listed or not.
Failures settled(const Failures& listed, const Runs& runs, Page what) {
    Failures result;
    keep_listed(listed, runs, what, result);
    for (const auto& [name, of_it] : runs) {
        for (const auto& [test, count] : of_it.failures) {
            const bool always = count == of_it.count;
            if (lists(listed, name, test) || (!always && what != Page::update)) continue;
            result[test][name] = always ? How::always : How::at_times;
        }
    }
    return result;
}

LabPage page_of(const Workspace& workspace, const Lab& lab, const Failures& listed, Proof& proof,
                Page what) {
    // To compare takes more runs than to write: what fails in one of them is right on the page.
    const std::size_t again = what == Page::update ? 4 : 8;
    LabPage page{.lab = &lab,
                 .tests = {},
                 .failures = {},
                 .wrong = wrong_submissions(workspace, lab),
                 .excused = read_excuses(workspace, lab)};
    for (const Stage& stage : lab.stages) page.tests[stage.id] = tests_of(workspace, lab, stage);
    const auto doubtful = in_doubt(listed, proof.at(lab.id).runs());
    std::vector<const WrongSubmission*> runs;
    for (const WrongSubmission& wrong : page.wrong) {
        if (doubtful.contains(wrong.name)) runs.insert(runs.end(), again, &wrong);
    }
    side_by_side(runs.size(), cores() * submissions_at_once,
                 [&](std::size_t i) { run_again(workspace, lab, *runs[i], proof); });
    page.failures = settled(listed, proof.at(lab.id).runs(), what);
    return page;
}

Complaint page_is_current(const Workspace& workspace, const Course& course, Proof& proof,
                          Page what) {
    if (what == Page::refuse) return "is not written, because submissions have failed";
    const fs::path file = proof_page(workspace);
    const std::string text = fs::exists(file) ? read_file(file) : "";
    auto listed = read_proof(text);
    std::vector<LabPage> pages;
    for (const Lab& lab : course.labs)
        pages.push_back(page_of(workspace, lab, listed[lab.id], proof, what));
    const std::string wanted = draw_proof(pages);
    if (text == wanted) return std::nullopt;
    if (what == Page::update) {
        replace_file(file, wanted);
        return std::nullopt;
    }
    return fmt::format("{}\n./lab verify --update-proof makes it current",
                       differences(text, wanted));
}

}  // namespace

std::vector<Check> coverage_checks(const Workspace& workspace, const Course& course,
                                   const Proof& proof) {
    std::vector<Check> checks;
    for (const Lab& lab : course.labs) {
        const LabProof& of_lab = proof.at(lab.id);
        for (const Stage& stage : lab.stages) {
            for (const std::string& test : tests_of(workspace, lab, stage)) {
                checks.push_back(
                    {.name = fmt::format("{}: some wrong program fails \"{}\"", lab.id, test),
                     .run = [&of_lab, test] { return can_fail(of_lab, test); }});
            }
        }
        checks.push_back({.name = lab.id + ": each sentence is said of some wrong program",
                          .run = [&] { return each_sentence_is_said(workspace, lab, of_lab); }});
    }
    return checks;
}

std::vector<Check> page_checks(const Workspace& workspace, const Course& course, Proof& proof,
                               Page what) {
    return {{.name = workspace.shown(proof_page(workspace)) + " is current",
             .run = [&workspace, &course, &proof, what] {
                 return page_is_current(workspace, course, proof, what);
             }}};
}

}  // namespace runner
