#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "harness/run/held_time.hpp"

namespace harness {

/// What both sides did, in order: the source of every picture of a failure.
class Transcript {
public:
    enum class Side { test, program };

    struct Event {
        std::chrono::microseconds at;  ///< since the transcript began
        Side side;
        std::string what;
    };

    void add(Side side, std::string what);

    /// The same, for a step that belongs to the one before: bytes of one peer in one direction are
    /// told as a sum. `what` replaces the last event's text if that is the event `number`.
    /// Returns the event's number.
    std::size_t add_or_replace(std::size_t number, Side side, std::string what);

    [[nodiscard]] const std::vector<Event>& events() const noexcept { return events_; }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

private:
    [[nodiscard]] std::chrono::microseconds now() const;

    std::chrono::steady_clock::duration held_before_ = held_time();
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::vector<Event> events_;
};

}  // namespace harness
