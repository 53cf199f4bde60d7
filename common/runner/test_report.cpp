#include "runner/test_report.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <random>
#include <system_error>

#include "runner/subprocess.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A file of our own for the report of one run.
class ReportFile {
public:
    ReportFile() : path_((fs::temp_directory_path() / "lab-report-XXXXXX").string()) {
        const int fd = ::mkstemp(path_.data());
        if (fd == -1) {
            throw std::system_error(errno, std::system_category(), "make " + path_);
        }
        ::close(fd);
    }
    ~ReportFile() { ::unlink(path_.c_str()); }
    ReportFile(const ReportFile&) = delete;
    ReportFile& operator=(const ReportFile&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

TestRecord parse_record(const json& line) {
    TestRecord record{.test = line.at("test"),
                      .stage = line.at("stage"),
                      .program = line.value("program", ""),
                      .verdict = line.at("verdict"),
                      .says = line.value("says", ""),
                      .means = line.value("means", ""),
                      .concept_number = line.value("concept", 0),
                      .details = line.value("details", std::vector<std::string>{}),
                      .events = {},
                      .outputs = {}};
    for (const json& event : line.value("events", json::array())) {
        record.events.push_back(
            {.at = std::chrono::microseconds(event.at("at_us").get<std::int64_t>()),
             .by_program = event.at("side") == "program",
             .what = event.at("what")});
    }
    for (const json& output : line.value("outputs", json::array())) {
        record.outputs.push_back({.program = output.at("program"),
                                  .out = output.at("stdout"),
                                  .err = output.at("stderr"),
                                  .is_students = output.value("is_students", true)});
    }
    return record;
}

/// Reads the lines that a run has left. A run that was cut off has no last line.
TestReport read_report(const std::string& path) {
    TestReport report;
    report.broken = "the test program did not come to its end";
    std::ifstream file(path);
    for (std::string text; std::getline(file, text);) {
        const json line = json::parse(text, nullptr, false);
        if (line.is_discarded()) break;
        if (!line.contains("end")) {
            report.records.push_back(parse_record(line));
        } else if (line.at("tests") == report.records.size()) {
            report.broken.clear();
        }
    }
    return report;
}

std::string join(const std::vector<fs::path>& folders) {
    std::string text;
    for (const fs::path& folder : folders) text += (text.empty() ? "" : ":") + folder.string();
    return text;
}

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

bool has_reported(const std::vector<const TestRecord*>& records, const std::string& test) {
    return std::any_of(records.begin(), records.end(),
                       [&](const TestRecord* record) { return record->test == test; });
}

}  // namespace

TestReport run_tests(const Workspace& workspace, const TestOrder& order) {
    const ReportFile file;
    std::string tags;
    std::chrono::milliseconds limit{0};
    for (const Stage* stage : order.stages) {
        tags += (tags.empty() ? "[" : ",[") + stage->id + ']';
        limit += stage->timeout;
    }
    const Outcome outcome =
        run({.words = {workspace.supervisor(), workspace.tests(*order.lab), tags, "--order", "decl",
                       "--rng-seed", std::to_string(order.seed)},
             .environment = {{"LAB_REPORT", file.path()}, {"LAB_PROGRAMS", join(order.programs)}},
             .limit = limit});
    TestReport report = read_report(file.path());
    report.seed = order.seed;
    if (!report.broken.empty() && outcome.timed_out) {
        report.broken =
            "the tests were not done after " + std::to_string(limit.count() / 1000) + " s";
    } else if (!report.broken.empty()) {
        const auto last = outcome.output.find_last_not_of('\n');
        const auto start = last == std::string::npos ? last : outcome.output.rfind('\n', last);
        if (last != std::string::npos)
            report.broken += ": " + outcome.output.substr(start + 1, last - start);
    }
    return report;
}

std::vector<std::string> tests_of(const Workspace& workspace, const Lab& lab, const Stage& stage) {
    std::ifstream file(workspace.test_list(lab));
    const json list = json::parse(file, nullptr, false);
    std::vector<std::string> tests;
    if (!list.is_array()) return tests;
    for (const json& entry : list) {
        if (entry.at("stage") == stage.id) tests.push_back(entry.at("test"));
    }
    return tests;
}

StageResult judge(const Stage& stage, const std::vector<std::string>& expected,
                  const TestReport& report, bool marked) {
    const auto records = records_of(stage, report);
    StageResult result{
        .stage = &stage, .verdict = "PASS", .tests = records.size(), .seed = report.seed};
    if (const TestRecord* told = first_failure(records)) {
        result.told = *told;
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

std::vector<StageResult> test_stages(const Workspace& workspace, const TestOrder& order,
                                     const fs::path& sources) {
    const auto marks = find_marks(sources);
    const auto test = [&](const Stage* stage) {
        // Each in a run of its own: what goes wrong in one must not be charged to another.
        TestOrder one = order;
        one.stages = {stage};
        return judge(*stage, tests_of(workspace, *order.lab, *stage), run_tests(workspace, one),
                     marks.contains(stage->id));
    };
    std::vector<std::future<StageResult>> runs;
    runs.reserve(order.stages.size());
    for (const Stage* stage : order.stages)
        runs.push_back(std::async(std::launch::async, test, stage));
    std::vector<StageResult> results;
    results.reserve(runs.size());
    for (auto& run : runs) results.push_back(run.get());
    return results;
}

std::uint32_t random_seed() {
    constexpr std::uint32_t easy_to_type = 9999;
    std::random_device device;
    return std::uniform_int_distribution<std::uint32_t>(1, easy_to_type)(device);
}

}  // namespace runner
