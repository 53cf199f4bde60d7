#include "harness/run/wait.hpp"

#include <poll.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "harness/diagnosis/observation.hpp"
#include "harness/programs/process.hpp"
#include "harness/run/test_run.hpp"
#include "harness/wire/loopback.hpp"
#include "harness/wire/tcp_state.hpp"
#include "net/error.hpp"

namespace harness {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

/// Waits until something comes for a source, or `end`. Returns whether something has.
bool poll_sources(steady_clock::time_point end) {
    std::vector<pollfd> set;
    for (const Source* source : current_run().sources()) {
        for (const auto [fd, events] : source->interests()) {
            set.push_back({.fd = fd, .events = events, .revents = 0});
        }
    }
    const nanoseconds left = std::max<nanoseconds>(end - steady_clock::now(), nanoseconds(0));
    const timespec limit{.tv_sec = left.count() / 1'000'000'000,
                         .tv_nsec = left.count() % 1'000'000'000};
    const int n =
        net::retry_on_eintr([&] { return ::ppoll(set.data(), set.size(), &limit, nullptr); });
    return net::check(n, "ppoll") != 0;
}

/// The first moment before `end` at which a source has to be served, or `end`.
steady_clock::time_point next_moment(steady_clock::time_point end) {
    for (const Source* source : current_run().sources()) {
        if (const auto moment = source->next_moment()) end = std::min(end, *moment);
    }
    return end;
}

/// Serves all sources when something comes for one, or its moment has. Returns whether anything has
/// happened before `timeout`.
bool serve_sources(microseconds timeout) {
    const auto end = steady_clock::now() + timeout;
    for (;;) {
        const auto moment = next_moment(end);
        const bool come = poll_sources(moment);
        if (!come && moment == end) return false;
        bool served = false;
        for (Source* source : std::vector(current_run().sources()))
            served = source->serve() || served;
        if (served || come) return served;
    }
}

bool any_source(bool (Source::*holds)() const) {
    const auto& sources = current_run().sources();
    return std::any_of(sources.begin(), sources.end(),
                       [&](const Source* source) { return (source->*holds)(); });
}

/// What programs say to each other passes us by: only a quiet loopback shows that it has come.
bool needs_quiet_loopback() {
    return current_run().processes().size() > 1 || any_source(&Source::needs_quiet_loopback);
}

std::vector<Observation> look() {
    current_run().note_look();
    std::vector<Observation> views;
    for (const Process* process : current_run().processes()) views.push_back(process->observe());
    return views;
}

/// Bytes that one process has sent to another one are seen by none of our own sockets. Where
/// nobody has a socket of TCP, nobody is left to take them. The kernel goes through tens of
/// thousands of places to write its table: 10 ms.
bool in_flight_between(const std::vector<Observation>& programs) {
    std::size_t processes = 0;
    std::set<std::uint64_t> theirs;
    for (const Observation& program : programs) {
        processes += program.processes.size();
        for (const ProcessView& process : program.processes)
            theirs.insert(process.tcp_sockets.begin(), process.tcp_sockets.end());
    }
    if (processes < 2 || theirs.empty()) return false;
    const auto sockets = all_tcp_sockets();
    return std::any_of(sockets.begin(), sockets.end(), [&](const TcpState& socket) {
        // One that is closed already has no inode any more: it may be one of theirs.
        return (socket.inode == 0 || theirs.contains(socket.inode)) && is_in_flight(socket);
    });
}

/// Looks at the programs each time nothing has happened for a while. Two looks that find the same
/// are a proof (proc(5), sock_diag(7)) if nothing was on its way between us and a program before,
/// between and after them, and nothing between two programs at one moment between them: since none
/// has run from the first look to the second, nothing has set out later.
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
        // What was sent before the first look has come before the second one.
        if (before_ && proof_ != Proof::asleep && needs_quiet_loopback()) await_loopback();
        if (may_still_come()) {
            before_.reset();
            return false;
        }
        auto now = look();
        if (before_ && same(*before_, now) && !may_still_come()) return true;
        before_.reset();
        if (is_half_of_proof(now)) before_ = std::move(now);
        return false;
    }

private:
    [[nodiscard]] bool may_still_come() const {
        return proof_ != Proof::asleep && any_source(&Source::in_flight);
    }

    /// The cheap question first: a program that runs, or waits with a timeout, is often looked at.
    [[nodiscard]] bool is_half_of_proof(const std::vector<Observation>& now) const {
        return same(now, now) && (proof_ == Proof::asleep || !in_flight_between(now));
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
