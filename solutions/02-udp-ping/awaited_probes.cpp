#include "awaited_probes.hpp"

#include <algorithm>

void AwaitedProbes::add(const Probe& probe, Clock::time_point deadline) {
    Awaited& awaited = by_seq_[probe.seq];
    if (awaited.sent.empty()) ++unanswered_;
    awaited.sent.push_back(probe.sent);
    deadlines_.push({.moment = deadline, .seq = probe.seq});
}

AwaitedProbes::Reply AwaitedProbes::take(const Probe& reply) {
    const auto it = by_seq_.find(reply.seq);
    if (it == by_seq_.end()) return Reply::strange;
    Awaited& awaited = it->second;
    // What comes from outside is not calculated with unless we know it.
    if (std::find(awaited.sent.begin(), awaited.sent.end(), reply.sent) == awaited.sent.end()) {
        return Reply::strange;
    }
    if (awaited.answered) return Reply::further;
    awaited.answered = true;
    --unanswered_;
    return Reply::first;
}

std::optional<Clock::time_point> AwaitedProbes::next_deadline() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.top().moment;
}

std::optional<AwaitedProbes::Overdue> AwaitedProbes::next_overdue(Clock::time_point now) {
    while (!deadlines_.empty() && deadlines_.top().moment <= now) {
        const std::uint32_t seq = deadlines_.top().seq;
        deadlines_.pop();
        const Awaited& awaited = by_seq_.at(seq);
        if (!awaited.answered) return Overdue{.seq = seq, .tries = awaited.sent.size()};
        by_seq_.erase(seq);  // from now on further replies do not count either
    }
    return std::nullopt;
}

void AwaitedProbes::give_up(std::uint32_t seq) {
    by_seq_.erase(seq);
    --unanswered_;
}
