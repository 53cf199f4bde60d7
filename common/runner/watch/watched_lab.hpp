#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/watch/background_session.hpp"
#include "runner/watch/saves.hpp"

namespace runner {

/// A lab that is tested at every save, up to a stage that changes only when it is told to.
class WatchedLab {
public:
    /// Begins to test.
    WatchedLab(const Workspace& workspace, const Lab& lab);

    /// How long to wait between two looks.
    static constexpr std::chrono::milliseconds between_looks{20};

    /// Looks at the student's files, ends the session when they change, and begins anew when they
    /// have been saved. Returns true when something was saved.
    bool look();

    /// The verdict, once, when it has come.
    [[nodiscard]] std::optional<Verdict> take_verdict();

    void test_now();
    void end_session() { session_.reset(); }
    [[nodiscard]] bool is_testing() const noexcept { return session_.has_value(); }

    /// "building 2/3", "testing 1.3", "waiting for a save".
    [[nodiscard]] std::string doing() const;

    /// If the watched stage passes, and those before it: goes on to the next one, and tests that.
    /// Returns false if it stays.
    bool move_on();

    /// What was saved since this was last asked for: "labs/01-tcp-echo/echo_server.cpp".
    [[nodiscard]] std::vector<std::string> take_saved();

    [[nodiscard]] const Lab& lab() const noexcept { return lab_; }
    /// nullptr: all stages passed when it began.
    [[nodiscard]] const Stage* stage() const noexcept { return stage_; }

private:
    const Workspace& workspace_;
    const Lab& lab_;
    const Stage* stage_;
    Saves saves_;
    std::optional<BackgroundSession> session_;
};

}  // namespace runner
