#pragma once

#include <string>
#include <vector>

#include "runner/testing/build.hpp"
#include "runner/testing/test_report.hpp"
#include "runner/verbs/test_command.hpp"

namespace runner {

/// True when every stage has passed.
[[nodiscard]] bool all_pass(const std::vector<StageResult>& results);

/// What `lab test` prints: pictures as it goes, or one JSON document at the end.
class TestPrinter {
public:
    TestPrinter(const Workspace& workspace, const Lab& lab, const TestOptions& options)
        : workspace_(workspace), lab_(lab), options_(options) {}

    void build_failure(const BuildResult& built) const;
    void warning(const BuildResult& built) const;

    /// The stages that were asked for; and those before them, which have passed once.
    void results(const std::vector<StageResult>& results) const;
    void earlier(const std::vector<StageResult>& results) const;

    /// What is `next`, when all have passed; or the JSON document.
    void end(const std::vector<StageResult>& all, const std::string& next) const;

private:
    const Workspace& workspace_;
    const Lab& lab_;
    const TestOptions& options_;
};

}  // namespace runner
