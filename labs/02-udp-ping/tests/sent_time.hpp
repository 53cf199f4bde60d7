#pragma once

#include "probes.hpp"

namespace pinging {

/// Fails unless the field `sent` of a probe is a moment between these two. Says what it looks like
/// instead: another clock, another unit, another byte order.
void expect_sent_between(const Probe& probe, Clock::time_point from, Clock::time_point to);

}  // namespace pinging
