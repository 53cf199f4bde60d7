#include "harness/wait.hpp"

#include <poll.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "harness/observation.hpp"
#include "harness/process.hpp"
#include "harness/test_run.hpp"
#include "net/error.hpp"

namespace harness {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Polls all sources once and serves them. Returns whether anything has happened.
bool serve_sources(microseconds timeout) {
    std::vector<pollfd> set;
    for (const Source* source : current_run().sources()) {
        for (const auto [fd, events] : source->interests()) {
            set.push_back({.fd = fd, .events = events, .revents = 0});
        }
    }
    const timespec limit{.tv_sec = timeout.count() / 1000000,
                         .tv_nsec = timeout.count() % 1000000 * 1000};
    const int n =
        net::retry_on_eintr([&] { return ::ppoll(set.data(), set.size(), &limit, nullptr); });
    if (net::check(n, "ppoll") == 0) return false;
    bool served = false;
    for (Source* source : std::vector(current_run().sources())) served = source->serve() || served;
    return served;
}

bool anything_in_flight() {
    const auto& sources = current_run().sources();
    return std::any_of(sources.begin(), sources.end(),
                       [](const Source* source) { return source->in_flight(); });
}

std::vector<Observation> look() {
    std::vector<Observation> views;
    for (const Process* process : current_run().processes()) views.push_back(process->observe());
    return views;
}

/// Looks at the programs each time nothing has happened for a while. Two looks that find the same,
/// with nothing on its way before, between and after them, are a proof (proc(5), sock_diag(7)).
class StandstillWatch {
public:
    StandstillWatch(Proof proof, microseconds first_look)
        : proof_(proof), first_look_(first_look), interval_(first_look) {}

    void something_happened() {
        before_.reset();
        interval_ = first_look_;
    }

    [[nodiscard]] microseconds interval() const { return interval_; }

    [[nodiscard]] bool proves() {
        interval_ = std::min(interval_ * 3 / 2, microseconds(50000));
        // Two looks in too quick succession would only cost time.
        if (interval_ < milliseconds(1)) return false;
        if (may_still_come()) {
            before_.reset();
            return false;
        }
        auto now = look();
        const bool proved = before_ && same(*before_, now) && !may_still_come();
        before_ = std::move(now);
        return proved;
    }

private:
    [[nodiscard]] bool may_still_come() const {
        return proof_ != Proof::asleep && anything_in_flight();
    }

    [[nodiscard]] bool same(const std::vector<Observation>& before,
                            const std::vector<Observation>& now) const {
        const auto rule = proof_ == Proof::stuck ? stuck : at_rest;
        return std::equal(before.begin(), before.end(), now.begin(), now.end(), rule);
    }

    Proof proof_;
    microseconds first_look_;
    microseconds interval_;
    std::optional<std::vector<Observation>> before_;
};

}  // namespace

Waited wait_until(const std::function<bool()>& done, const Deadline& deadline, Proof proof,
                  microseconds first_look) {
    StandstillWatch watch(proof, first_look);
    while (!done()) {
        if (deadline.passed()) {
            current_run().note_vain_wait();
            return Waited::deadline;
        }
        if (serve_sources(std::min<microseconds>(watch.interval(), deadline.left()))) {
            watch.something_happened();
        } else if (watch.proves()) {
            return done() ? Waited::done : Waited::standstill;
        }
    }
    return Waited::done;
}

}  // namespace harness
