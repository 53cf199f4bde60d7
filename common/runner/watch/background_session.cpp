#include "runner/watch/background_session.hpp"

#include <fmt/format.h>

#include "runner/machine/subprocess.hpp"
#include "runner/testing/picture.hpp"

namespace runner {
namespace {

std::string numbers_of(const Lab& lab, const std::vector<const Stage*>& stages) {
    const std::string first = number_of(lab, *stages.front());
    return stages.size() == 1 ? first
                              : fmt::format("{} to {}", first, number_of(lab, *stages.back()));
}

}  // namespace

BackgroundSession::BackgroundSession(const Workspace& workspace, const Lab& lab, const Stage* stage)
    : workspace_(workspace),
      lab_(lab),
      stage_(stage),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

std::string BackgroundSession::doing() const {
    const std::scoped_lock lock(mutex_);
    return doing_;
}

std::optional<Verdict> BackgroundSession::take_verdict() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(verdict_, std::nullopt);
}

void BackgroundSession::say(std::string doing) {
    const std::scoped_lock lock(mutex_);
    doing_ = std::move(doing);
}

/// What was built before is not what there is now.
void BackgroundSession::need_programs() const {
    for (const Program& program : lab_.programs) {
        if (std::filesystem::is_regular_file(lab_.folder / program.main_file)) continue;
        throw std::runtime_error(fmt::format(
            "labs/{}/{} is gone: save it again, or ./lab start {:02} copies the starter", lab_.id,
            program.main_file, lab_.number()));
    }
}

Verdict BackgroundSession::test(const std::stop_token& stop) {
    need_programs();
    auto progress = Progress::load(workspace_.progress_file());
    auto result = test_session(
        workspace_, plan_up_to(lab_, stage_, progress), progress,
        {.seed = random_seed(),
         .on_step =
             [this](const BuildStep& step) {
                 say(fmt::format("building {}/{}", step.number, step.of));
             },
         .on_tests = [this](const auto& stages) { say("testing " + numbers_of(lab_, stages)); },
         .stop = stop});
    return {.result = std::move(result), .progress = std::move(progress), .trouble = {}};
}

void BackgroundSession::work(const std::stop_token& stop) {
    Verdict verdict;
    try {
        verdict = test(stop);
    } catch (const Cancelled&) {
        return;
    } catch (const std::exception& e) {
        verdict.trouble = e.what();
    }
    const std::scoped_lock lock(mutex_);
    verdict_ = std::move(verdict);
}

}  // namespace runner
