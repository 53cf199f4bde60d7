// What the records of a run say of a stage.

#include <algorithm>

#include "runner/testing/test_report.hpp"

namespace runner {
namespace {

StageResult test_bug(StageResult result, std::string says) {
    result.verdict = result.told.verdict = "TEST_BUG";
    result.told.says = std::move(says);
    result.told.means =
        "this is a mistake of the course, not of yours: please report it with the line below";
    return result;
}

/// Of two failures, whether the first is the one to tell.
bool comes_before(const TestRecord& one, const TestRecord& other) {
    const auto is_bug = [](const TestRecord& record) { return record.verdict == "TEST_BUG"; };
    if (is_bug(one) != is_bug(other)) return is_bug(one);
    // What this machine lacks is told only if nothing is wrong with the program.
    const auto is_skipped = [](const TestRecord& record) { return record.verdict == "SKIPPED"; };
    if (is_skipped(one) != is_skipped(other)) return is_skipped(other);
    return one.concept_number < other.concept_number;
}

std::vector<const TestRecord*> records_of(const Stage& stage, const TestReport& report) {
    std::vector<const TestRecord*> records;
    for (const TestRecord& record : report.records) {
        if (record.stage == stage.id) records.push_back(&record);
    }
    return records;
}

const TestRecord* first_failure(const std::vector<const TestRecord*>& records) {
    const TestRecord* told = nullptr;
    for (const TestRecord* record : records) {
        if (record->verdict == "PASS") continue;
        if (told == nullptr || comes_before(*record, *told)) told = record;
    }
    return told;
}

/// Everything that the machine lacks, when that is all there is to tell.
void tell_all_that_is_missing(const std::vector<const TestRecord*>& records, TestRecord& told) {
    for (const TestRecord* record : records) {
        if (record->verdict == "SKIPPED" && record->says != told.says &&
            std::find(told.details.begin(), told.details.end(), record->says) == told.details.end())
            told.details.push_back(record->says);
    }
}

bool has_reported(const std::vector<const TestRecord*>& records, const std::string& test) {
    return std::any_of(records.begin(), records.end(),
                       [&](const TestRecord* record) { return record->test == test; });
}

}  // namespace

StageResult judge(const Stage& stage, const std::vector<std::string>& expected,
                  const TestReport& report, bool marked) {
    const auto records = records_of(stage, report);
    StageResult result{
        .stage = &stage, .verdict = "PASS", .tests = records.size(), .seed = report.seed};
    if (const TestRecord* told = first_failure(records)) {
        result.told = *told;
        if (told->verdict == "SKIPPED") tell_all_that_is_missing(records, result.told);
        result.verdict = marked ? "NOT_STARTED" : told->verdict;
        return told->verdict == "TEST_BUG" ? test_bug(std::move(result), told->says) : result;
    }
    if (!report.broken.empty()) return test_bug(std::move(result), report.broken);
    if (expected.empty()) return test_bug(std::move(result), "the stage has no tests");
    for (const std::string& test : expected) {
        if (has_reported(records, test)) continue;
        return test_bug(std::move(result), "the test \"" + test + "\" has not reported");
    }
    return result;
}

}  // namespace runner
