#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/student/progress.hpp"
#include "runner/testing/build.hpp"
#include "runner/testing/test_report.hpp"

namespace runner {

/// Which stages of a lab are tested, in the order of running.
struct Plan {
    const Lab* lab = nullptr;
    std::vector<const Stage*> first;  ///< what is open, or what was named
    std::vector<const Stage*> then;   ///< the stages before it, which passed: do they still?
};

/// From the open stage up to `last`, or `last` alone if that comes before; then the ones before
/// these. Without a `last`, every stage.
[[nodiscard]] Plan plan_up_to(const Lab& lab, const Stage* last, const Progress& progress);

/// How a session is gone about, and what is called as it goes: from the session's thread, but
/// `on_run` from several, one at a time.
struct SessionOptions {
    std::uint32_t seed = 0;
    std::size_t repeat = 1;
    std::function<void(const BuildStep&)> on_step{};     ///< as in BuildOptions
    std::function<void(const BuildResult&)> on_built{};  ///< before the tests, if there are any
    std::function<void(const std::vector<const Stage*>&)> on_tests{};  ///< these are to run now
    std::function<void(std::size_t)> on_run{};  ///< so many of `repeat` are done
    std::function<void(const std::vector<StageResult>&)> on_first{};    ///< Plan::first is done
    std::function<void(const std::vector<StageResult>&)> on_earlier{};  ///< Plan::then is done
    std::stop_token stop{};
};

/// What became of a session. Without a build there are no results.
struct SessionResult {
    BuildResult built;
    std::vector<StageResult> first;
    std::vector<StageResult> earlier;

    /// Both of them.
    [[nodiscard]] std::vector<StageResult> all() const;
};

/// Builds the student's programs of a lab, and its tests. Throws Cancelled.
[[nodiscard]] BuildResult build_lab(const Workspace& workspace, const Lab& lab,
                                    const BuildOptions& options = {});

/// A session of testing: builds the student's programs, runs the planned stages, and keeps what
/// became of them, all of it or nothing. Throws Cancelled.
[[nodiscard]] SessionResult test_session(const Workspace& workspace, const Plan& plan,
                                         Progress& progress, const SessionOptions& options);

}  // namespace runner
