#include "runner/testing/test_report.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>
#include <system_error>

#include "runner/machine/interruption.hpp"
#include "runner/machine/subprocess.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A file of our own for the report of one run. It lives in memory, so that nothing of it is left
/// however we end.
class ReportFile {
public:
    ReportFile() : fd_(::memfd_create("lab-report", MFD_CLOEXEC)) {
        if (fd_ == -1) throw std::system_error(errno, std::system_category(), "memfd_create");
    }
    ~ReportFile() { ::close(fd_); }
    ReportFile(const ReportFile&) = delete;
    ReportFile& operator=(const ReportFile&) = delete;

    /// By this name every process of ours can open it.
    [[nodiscard]] std::string path() const {
        return fmt::format("/proc/{}/fd/{}", ::getpid(), fd_);
    }

private:
    int fd_;
};

TestRecord parse_record(const json& line) {
    TestRecord record{.test = line.at("test"),
                      .stage = line.at("stage"),
                      .program = line.value("program", ""),
                      .verdict = line.at("verdict"),
                      .says = line.value("says", ""),
                      .means = line.value("means", ""),
                      .concept_number = line.value("concept", 0),
                      .start = line.value("start", std::size_t{0}),
                      .details = line.value("details", std::vector<std::string>{}),
                      .explained = line.value("explained", std::vector<std::string>{}),
                      .programs = line.value("programs", std::set<std::string>{}),
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

/// How much slower than others this machine is said to be.
double time_scale() {
    const char* text = std::getenv("LAB_TIME_SCALE");
    return std::max(1.0, text == nullptr ? 1.0 : std::strtod(text, nullptr));
}

}  // namespace

std::string as_pattern(const std::string& test) {
    return std::regex_replace(test, std::regex(R"([,\[\]\\"*~])"), R"(\$&)");
}

TestReport run_tests(const Workspace& workspace, const TestOrder& order) {
    const ReportFile file;
    std::string tests;
    std::chrono::milliseconds limit{0};
    const double scale = order.patience * time_scale();
    for (const Stage* stage : order.stages) {
        tests += (tests.empty() ? "[" : ",[") + stage->id + ']';
        limit += std::chrono::duration_cast<std::chrono::milliseconds>(stage->timeout * scale);
    }
    if (!order.only_test.empty()) tests = as_pattern(order.only_test);
    Command command{.words = {workspace.supervisor(), workspace.tests(*order.lab), tests, "--order",
                              "decl", "--rng-seed", std::to_string(order.seed)},
                    .environment = {{"LAB_REPORT", file.path()},
                                    {"LAB_PROGRAMS", join(order.programs)},
                                    {"TMPDIR", scratch_folder()},
                                    {"LAB_TIME_SCALE", fmt::format("{}", scale)}},
                    .limit = limit,
                    .on_line = order.on_line,
                    .stop = order.stop};
    if (order.debugged_start != 0) {
        command.environment["LAB_DEBUG"] = std::to_string(order.debugged_start);
        command.limit.reset();
        command.own_group = true;
    }
    const Outcome outcome = run(command);
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

std::vector<ListedTest> listed_tests(const Workspace& workspace, const Lab& lab) {
    std::ifstream file(workspace.test_list(lab));
    const json list = json::parse(file, nullptr, false);
    std::vector<ListedTest> tests;
    if (!list.is_array()) return tests;
    for (const json& entry : list) {
        tests.push_back({.name = entry.at("test"),
                         .stage = entry.at("stage"),
                         .tags = entry.value("tags", std::vector<std::string>{})});
    }
    return tests;
}

std::vector<std::string> tests_of(const Workspace& workspace, const Lab& lab, const Stage& stage) {
    std::vector<std::string> tests;
    for (ListedTest& test : listed_tests(workspace, lab)) {
        if (test.stage == stage.id) tests.push_back(std::move(test.name));
    }
    return tests;
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
