#include "runner/watch/watched_lab.hpp"

#include "runner/student/place.hpp"

namespace runner {

WatchedLab::WatchedLab(const Workspace& workspace, const Lab& lab)
    : workspace_(workspace),
      lab_(lab),
      stage_(stage_to_reach(lab, Progress::load(workspace.progress_file()))),
      saves_(lab) {
    test_now();
}

bool WatchedLab::look() {
    const auto state = saves_.look();
    if (state == Saves::State::quiet) return false;
    end_session();
    if (state == Saves::State::changing) return false;
    test_now();
    return true;
}

std::optional<Verdict> WatchedLab::take_verdict() {
    if (!session_) return std::nullopt;
    auto verdict = session_->take_verdict();
    if (verdict) end_session();
    return verdict;
}

void WatchedLab::test_now() {
    end_session();
    session_.emplace(workspace_, lab_, stage_);
}

std::string WatchedLab::doing() const {
    return session_ ? session_->doing() : "waiting for a save";
}

bool WatchedLab::move_on() {
    const auto progress = Progress::load(workspace_.progress_file());
    const Stage* open = open_stage(lab_, progress);
    const bool passed = stage_ != nullptr && (open == nullptr || open > stage_);
    if (!passed) return false;
    stage_ = stage_to_reach(lab_, progress);
    test_now();
    return true;
}

std::vector<std::string> WatchedLab::take_saved() {
    auto names = saves_.take_names();
    for (std::string& name : names) name.insert(0, "labs/" + lab_.id + '/');
    return names;
}

}  // namespace runner
