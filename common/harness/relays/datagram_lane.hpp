#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/relays/datagram_rules.hpp"
#include "harness/relays/relay_events.hpp"
#include "harness/run/bytes.hpp"

namespace harness {

/// What a relay has done in one direction. All that came, and the copies, were passed or dropped,
/// or still wait.
struct DatagramCounts {
    std::size_t came = 0;
    std::size_t passed = 0;  ///< sent on, copies too
    std::size_t dropped = 0;
    std::size_t repeated = 0;  ///< copies beside the datagrams themselves
    std::size_t delayed = 0;
    std::size_t held = 0;
    std::size_t flipped = 0;
    std::size_t cut = 0;
};

/// One client's datagrams in one direction through a relay: treats each by the rule.
class DatagramLane {
public:
    using Moment = std::chrono::steady_clock::time_point;

    struct Settings {
        DatagramRule& rule;
        DatagramCounts& counts;
        std::size_t client;   ///< from 1
        std::string towards;  ///< "to the server", for people
        std::function<void(const Bytes&)> send;
    };
    explicit DatagramLane(Settings settings) : settings_(std::move(settings)) {}

    /// A datagram has come.
    void take(Bytes data);

    /// Passes the delayed ones whose time has come. Returns whether there were any.
    bool pass_due();
    /// When the first delayed one is due; std::nullopt if there is none.
    [[nodiscard]] std::optional<Moment> next_due() const;

    /// Of the datagrams that are held, the first one's number; std::nullopt if there is none.
    [[nodiscard]] std::optional<std::size_t> holds() const;

private:
    struct Delayed {
        Moment due;
        std::size_t number;
        Bytes data;
    };
    struct Held {
        std::size_t number;
        std::size_t later;  ///< so many are still to be passed before it
        Bytes data;
    };

    void hold_back(const Treatment& treatment, Bytes data);
    void spoil(const Treatment& treatment, Bytes& data) const;
    void pass_on(const Bytes& data, std::size_t copies = 1);
    void release_held();
    void tell_passing();

    Settings settings_;
    std::size_t came_ = 0;
    std::vector<Delayed> delayed_;
    std::vector<Held> held_;
    PassingEvent passing_;
};

}  // namespace harness
