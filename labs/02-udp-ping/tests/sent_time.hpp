#pragma once

#include <chrono>
#include <vector>

#include "probes.hpp"

namespace pinging {

/// Fails unless the field `sent` of a probe is a moment between these two. Says what it looks like
/// instead: another clock, another unit, another byte order.
void expect_sent_between(const Probe& probe, Clock::time_point from, Clock::time_point to);

/// Fails if one of them was sent before the one in front of it.
void expect_sent_in_order(const std::vector<Probe>& probes);

/// Fails if a probe says that it was sent while its program was stopped.
void expect_not_sent_between(const Probe& probe, Clock::time_point stopped,
                             Clock::time_point resumed);

/// Fails if a probe was sent sooner than it is due: so long after the client begins, which had not
/// yet been started at `start`.
void expect_due(const Probe& probe, Clock::time_point start, std::chrono::milliseconds moment);

}  // namespace pinging
