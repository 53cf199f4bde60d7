#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "runner/testing/session.hpp"

namespace runner {

/// What has become of a session of testing.
struct Verdict {
    SessionResult result;
    std::optional<Progress> progress;  ///< as it is now; nothing if `trouble` says why
    std::string trouble;               ///< why there could be no session
};

/// A session of testing in a thread of its own. When it goes, the session is ended: what it has
/// started has ended, too, and nothing of it is kept.
class BackgroundSession {
public:
    /// Tests up to this stage, or the whole lab: plan_up_to(). Prints nothing. What it is given
    /// must outlive it.
    BackgroundSession(const Workspace& workspace, const Lab& lab, const Stage* stage);

    /// "building 2/3", "testing 1.3".
    [[nodiscard]] std::string doing() const;

    /// The verdict, once, when it has come.
    [[nodiscard]] std::optional<Verdict> take_verdict();

private:
    void work(const std::stop_token& stop);
    void need_programs() const;
    [[nodiscard]] Verdict test(const std::stop_token& stop);
    void say(std::string doing);

    const Workspace& workspace_;
    const Lab& lab_;
    const Stage* stage_;
    mutable std::mutex mutex_;
    std::string doing_ = "building";
    std::optional<Verdict> verdict_;
    std::jthread thread_;  // the last member: it uses the others
};

}  // namespace runner
