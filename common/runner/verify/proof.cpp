#include "runner/verify/proof.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace runner {

WrongSubmission read_wrong_submission(const std::filesystem::path& patch) {
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

void LabProof::add_solution(const TestReport& report) {
    const std::scoped_lock lock(mutex_);
    for (const TestRecord& record : report.records) {
        for (const std::string& text : record.explained) {
            if (std::find(announced_.begin(), announced_.end(), text) == announced_.end())
                announced_.push_back(text);
        }
    }
}

void LabProof::add_passed(const std::string& stage, const TestReport& report) {
    // A test without a program proves nothing of any; more likely it has not told.
    if (std::any_of(report.records.begin(), report.records.end(),
                    [](const TestRecord& record) { return record.programs.empty(); }))
        return;
    const std::scoped_lock lock(mutex_);
    auto& programs = programs_[stage];
    for (const TestRecord& record : report.records)
        programs.insert(record.programs.begin(), record.programs.end());
}

std::optional<std::set<std::string>> LabProof::programs_of(const std::string& stage) const {
    const std::scoped_lock lock(mutex_);
    const auto found = programs_.find(stage);
    return found == programs_.end() ? std::nullopt : std::optional(found->second);
}

void LabProof::add(const WrongSubmission& wrong, const TestReport& report) {
    const std::scoped_lock lock(mutex_);
    Runs& runs = runs_[wrong.name];
    ++runs.count;
    for (const TestRecord& record : report.records) {
        if (record.stage != wrong.stage || record.verdict == "PASS") continue;
        ++runs.failures[record.test];
        told_.insert(record.means);
    }
}

std::map<std::string, LabProof::Runs> LabProof::runs() const {
    const std::scoped_lock lock(mutex_);
    return runs_;
}

bool LabProof::has_failed(const std::string& test) const {
    const std::scoped_lock lock(mutex_);
    return std::any_of(runs_.begin(), runs_.end(),
                       [&](const auto& entry) { return entry.second.failures.contains(test); });
}

std::vector<std::string> LabProof::announced() const {
    const std::scoped_lock lock(mutex_);
    return announced_;
}

std::vector<std::string> LabProof::unsaid() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> unsaid;
    for (const std::string& text : announced_) {
        if (!told_.contains(text)) unsaid.push_back(text);
    }
    // Labs' stages run side by side: the order of coming is not the order of the tests.
    std::sort(unsaid.begin(), unsaid.end());
    return unsaid;
}

}  // namespace runner
