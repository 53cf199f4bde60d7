#pragma once

#include <string>
#include <vector>

#include "runner/testing/build.hpp"
#include "runner/testing/test_report.hpp"
#include "runner/verbs/test_command.hpp"

namespace runner {

/// True when every stage has passed.
[[nodiscard]] bool all_pass(const std::vector<StageResult>& results);

/// What `lab test` says of a build that failed: its first error.
[[nodiscard]] std::string draw_build_failure(const Workspace& workspace, const BuildResult& built,
                                             std::size_t width);

/// What it says of a build that did not: its first warning, if there is one.
[[nodiscard]] std::string draw_warning(const Workspace& workspace, const BuildResult& built);

/// Where a stage that is not started is to be written, and where to read about it.
[[nodiscard]] std::string draw_not_started(const Workspace& workspace, const Lab& lab,
                                           const Stage& stage);

/// What `lab test` prints: pictures as it goes, or one JSON document at the end.
class TestPrinter {
public:
    TestPrinter(const Workspace& workspace, const Lab& lab, const TestOptions& options)
        : workspace_(workspace), lab_(lab), options_(options) {}

    /// The first error of a build, or its first warning.
    void built(const BuildResult& built) const;

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
