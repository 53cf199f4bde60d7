#include "awaited_probes.hpp"

#include <algorithm>

#include "program/todo.hpp"

void AwaitedProbes::add(const Probe& probe, Clock::time_point deadline) {
    // Achieve: the probe is awaited, and next_deadline() knows of its deadline.
    TODO("timeout", by_seq_, probe, deadline);

    // Achieve: a further try of a probe that is awaited already is no further probe.
    TODO("reliable");
}

AwaitedProbes::Reply AwaitedProbes::take(const Probe& reply) {
    // Achieve: a reply to a probe that is awaited is found to be the first.
    TODO("timeout", by_seq_, reply);

    // Achieve: one to nothing that is awaited is found to be strange, a second one to be further.
    TODO("match");
    return Reply::strange;
}

std::optional<Clock::time_point> AwaitedProbes::next_deadline() const {
    // Achieve: the earliest deadline that has not been dealt with.
    TODO("timeout", deadlines_);
    return std::nullopt;
}

std::optional<AwaitedProbes::Overdue> AwaitedProbes::next_overdue(Clock::time_point now) {
    // Achieve: a deadline that has passed is dealt with. A probe that was answered is forgotten,
    // one that was not is returned.
    TODO("timeout", deadlines_, now);
    return std::nullopt;
}

void AwaitedProbes::give_up(std::uint32_t seq) {
    // Achieve: the probe is no longer awaited.
    TODO("timeout", by_seq_, seq);
}
