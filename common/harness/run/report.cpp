// Tells whoever has started the tests what became of each: a line of JSON a test, in the file that
// the environment variable LAB_REPORT names, and a last line when all have run. Beside Catch2's own
// report.

#include <catch2/catch_test_case_info.hpp>
#include <catch2/interfaces/catch_interfaces_config.hpp>
#include <catch2/interfaces/catch_interfaces_reporter.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/run/bytes.hpp"
#include "harness/run/test_run.hpp"

namespace harness {
namespace {

using nlohmann::json;

/// Head and tail of what a program has written.
std::string excerpt(const std::string& text) {
    constexpr std::size_t part = 2000;
    if (text.size() <= 2 * part) return printable(text);
    return printable(text.substr(0, part)) + "\n… " + std::to_string(text.size() - 2 * part) +
           " bytes left out …\n" + printable(text.substr(text.size() - part));
}

json events_of(const Transcript& transcript) {
    auto events = json::array();
    for (const auto& event : transcript.events()) {
        events.push_back({{"at_us", event.at.count()},
                          {"side", event.side == Transcript::Side::test ? "test" : "program"},
                          {"what", event.what}});
    }
    return events;
}

json outputs_of(const TestRun& run) {
    auto outputs = json::array();
    for (const auto& output : run.outputs()) {
        outputs.push_back({{"program", output.program},
                           {"is_students", output.is_students},
                           {"stdout", excerpt(output.out)},
                           {"stderr", excerpt(output.err)}});
    }
    return outputs;
}

json describe(const Failure& failure) {
    return {{"verdict", to_string(failure.verdict)},
            {"says", printable(failure.says)},
            {"means", failure.means},
            {"concept", static_cast<int>(failure.idea.value_or(Concept::program_contract))},
            {"details", failure.details}};
}

json tags_of(const Catch::TestCaseInfo& test) {
    auto tags = json::array();
    for (const Catch::Tag& tag : test.tags)
        tags.push_back(std::string(tag.original.data(), tag.original.size()));
    return tags;
}

std::string stage_of(const Catch::TestCaseInfo& test) {
    const json tags = tags_of(test);
    return tags.empty() ? "" : tags.front();
}

class Report : public Catch::EventListenerBase {
public:
    using EventListenerBase::EventListenerBase;

    void listTests(const std::vector<Catch::TestCaseHandle>& tests) override {
        const char* path = std::getenv("LAB_TEST_LIST");
        if (path == nullptr) return;
        auto list = json::array();
        for (const auto& test : tests) {
            const auto& info = test.getTestCaseInfo();
            list.push_back(
                {{"test", info.name}, {"stage", stage_of(info)}, {"tags", tags_of(info)}});
        }
        std::ofstream(path) << list.dump(2) << '\n';
    }

    void testRunStarting(const Catch::TestRunInfo& /*run*/) override {
        if (const char* path = std::getenv("LAB_REPORT")) file_.open(path, std::ios::app);
    }

    void testCaseStarting(const Catch::TestCaseInfo& test) override {
        bug_.clear();
        start_ = std::chrono::steady_clock::now();
        current_run().begin(test.name, m_config->rngSeed());
    }

    void testCasePartialStarting(const Catch::TestCaseInfo& /*test*/,
                                 std::uint64_t /*part*/) override {
        current_run().begin_part();
    }

    void assertionEnded(const Catch::AssertionStats& stats) override {
        if (stats.assertionResult.isOk() &&
            stats.assertionResult.getResultType() != Catch::ResultWas::ExplicitSkip)
            return;
        if (bug_.empty()) {
            bug_ = std::string(stats.assertionResult.getExpandedExpression());
            if (const auto message = stats.assertionResult.getMessage(); !message.empty())
                bug_ = std::string(message);
        }
    }

    void testCaseEnded(const Catch::TestCaseStats& stats) override {
        json line = verdict_of(stats.totals.assertions);
        line["test"] = stats.testInfo->name;
        line["stage"] = stage_of(*stats.testInfo);
        line["explained"] = current_run().explained();
        line["programs"] = current_run().programs();
        line["assertions"] = stats.totals.assertions.total();
        const auto took = std::chrono::steady_clock::now() - start_;
        line["ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
        if (line["verdict"] != to_string(Verdict::pass)) {
            line["program"] = current_run().told_program();
            line["start"] = current_run().told_start();
            line["events"] = events_of(current_run().told());
            line["outputs"] = outputs_of(current_run());
        }
        write(line);
    }

    void testRunEnded(const Catch::TestRunStats& stats) override {
        write({{"end", true},
               {"tests", stats.totals.testCases.total()},
               {"seed", m_config->rngSeed()}});
    }

private:
    [[nodiscard]] json verdict_of(const Catch::Counts& assertions) const {
        if (const auto& failure = current_run().failure()) return describe(*failure);
        if (assertions.failed != 0) return describe({.verdict = Verdict::test_bug, .says = bug_});
        if (assertions.skipped != 0) return describe({.verdict = Verdict::skipped, .says = bug_});
        if (assertions.passed == 0) {
            return describe({.verdict = Verdict::test_bug, .says = "the test has made no claim"});
        }
        return {{"verdict", to_string(Verdict::pass)}};
    }

    void write(const json& line) {
        if (file_.is_open())
            file_ << line.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
    }

    std::ofstream file_;
    std::string bug_;
    std::chrono::steady_clock::time_point start_;
};

CATCH_REGISTER_LISTENER(Report)

}  // namespace
}  // namespace harness
