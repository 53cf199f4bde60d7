#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

#include "probe.hpp"

/// The probes that have left and whose time is not over. Each has a deadline of its own.
class AwaitedProbes {
public:
    /// A try of `probe` has left: replies to it, and to its earlier tries, count until `deadline`.
    void add(const Probe& probe, Clock::time_point deadline);

    enum class Reply {
        strange,  ///< to nothing that is awaited
        first,
        further,
    };
    /// What this reply is.
    [[nodiscard]] Reply take(const Probe& reply);

    /// When the next deadline passes; std::nullopt if nothing is awaited.
    [[nodiscard]] std::optional<Clock::time_point> next_deadline() const;

    struct Overdue {
        std::uint32_t seq = 0;
        std::size_t tries = 0;
    };
    /// The next probe whose deadline has passed at `now` without a reply. Add a further try of it,
    /// or give it up.
    [[nodiscard]] std::optional<Overdue> next_overdue(Clock::time_point now);
    void give_up(std::uint32_t seq);

    /// True while some probe has no reply.
    [[nodiscard]] bool any_unanswered() const noexcept { return unanswered_ > 0; }

private:
    struct Awaited {
        std::vector<Clock::time_point> sent;  ///< each try
        bool answered = false;
    };
    struct Deadline {
        Clock::time_point moment;
        std::uint32_t seq;

        friend bool operator>(const Deadline& left, const Deadline& right) {
            return left.moment > right.moment;
        }
    };

    std::unordered_map<std::uint32_t, Awaited> by_seq_;
    std::priority_queue<Deadline, std::vector<Deadline>, std::greater<>> deadlines_;
    std::size_t unanswered_ = 0;
};
