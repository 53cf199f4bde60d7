#pragma once

#include <functional>

#include "harness/run/deadline.hpp"

namespace harness {

/// How a wait has ended: what was waited for has come; or it never will, because no program can do
/// anything before we do; or it has not come in time.
enum class Waited { done, standstill, deadline };

/// What proves that nothing more will happen: that every thread waits for us alone and without a
/// timeout; or, enough where only silence is to be shown, that every thread sleeps. That they sleep
/// although something is on its way proves only that they will not go on before we take it.
enum class Proof { stuck, at_rest, asleep };

/// Waits until `done`, serving the test's sources meanwhile: their output and their bytes.
/// Whoever makes progress in `done` may restart the deadline. `first_look`: how soon `done` is
/// asked again although nothing has come; from then on ever more seldom, every 50 ms at the least.
[[nodiscard]] Waited wait_until(
    const std::function<bool()>& done, const Deadline& deadline, Proof proof = Proof::stuck,
    std::chrono::microseconds first_look = std::chrono::milliseconds(1));

}  // namespace harness
