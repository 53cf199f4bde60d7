#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "probe.hpp"

/// A time in milliseconds, with three decimals: "0.123".
[[nodiscard]] std::string to_text(Clock::duration time);

/// What a run has counted and measured.
class Statistics {
public:
    void count_sent() noexcept { ++sent_; }
    void count_duplicate() noexcept { ++duplicates_; }
    /// A first reply, after this round-trip time.
    void count_reply(Clock::duration time);

    [[nodiscard]] bool any_reply() const noexcept { return received_ > 0; }

    /// Prints the two lines, or three if there was a reply, that end a run.
    void print(std::ostream& out, const std::string& server) const;

private:
    void print_times(std::ostream& out) const;

    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t duplicates_ = 0;
    Clock::duration least_{};
    Clock::duration most_{};
    double mean_ = 0;     // of the times, in their unit
    double squares_ = 0;  // sum of the squared deviations from the mean
};
