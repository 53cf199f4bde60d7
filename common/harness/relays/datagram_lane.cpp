#include "harness/relays/datagram_lane.hpp"

#include <algorithm>
#include <stdexcept>

#include "harness/relays/relay_events.hpp"

namespace harness {
namespace {

using std::chrono::steady_clock;
using Kind = Treatment::Kind;

std::string in_words(const Treatment& treatment) {
    const std::string amount = grouped(treatment.amount);
    switch (treatment.kind) {
        case Kind::pass:
            break;
        case Kind::drop:
            return "dropped";
        case Kind::repeat:
            return "sent " + amount + " times";
        case Kind::delay:
            return "delayed by " + std::to_string(treatment.time.count()) + " ms";
        case Kind::hold:
            return "held back until " +
                   (treatment.amount == 1 ? "a later one has" : amount + " later ones have") +
                   " passed";
        case Kind::flip:
            return "a bit of byte " + grouped(treatment.amount + 1) + " inverted";
        case Kind::cut:
            return "cut to " + count_of_bytes(treatment.amount);
    }
    return "passed";
}

}  // namespace

void DatagramLane::take(Bytes data) {
    ++came_;
    DatagramCounts& counts = settings_.counts;
    ++counts.came;
    const Treatment treatment =
        settings_.rule.decide({.number = came_, .client = settings_.client, .data = data});
    if (treatment.kind == Kind::pass) {
        tell_passing();
        pass_on(data);
        return;
    }
    tell_of_relay("datagram " + std::to_string(came_) + ", " + count_of_bytes(data.size()) + ", " +
                  settings_.towards + ": " + in_words(treatment));
    switch (treatment.kind) {
        case Kind::drop:
            ++counts.dropped;
            break;
        case Kind::delay:
        case Kind::hold:
            hold_back(treatment, std::move(data));
            break;
        case Kind::repeat:
            counts.repeated += treatment.amount - 1;
            pass_on(data, treatment.amount);
            break;
        default:
            spoil(treatment, data);
            pass_on(data);
    }
}

void DatagramLane::hold_back(const Treatment& treatment, Bytes data) {
    if (treatment.kind == Kind::delay) {
        ++settings_.counts.delayed;
        delayed_.push_back({.due = steady_clock::now() + treatment.time,
                            .number = came_,
                            .data = std::move(data)});
    } else {
        ++settings_.counts.held;
        held_.push_back({.number = came_, .later = treatment.amount, .data = std::move(data)});
    }
}

void DatagramLane::spoil(const Treatment& treatment, Bytes& data) const {
    if (treatment.amount >= data.size()) {
        throw std::logic_error("the relay cannot spoil byte " + grouped(treatment.amount + 1) +
                               " of a datagram of " + count_of_bytes(data.size()));
    }
    if (treatment.kind == Kind::cut) {
        ++settings_.counts.cut;
        data.resize(treatment.amount);
    } else {
        ++settings_.counts.flipped;
        data[treatment.amount] ^= std::byte{1};
    }
}

void DatagramLane::pass_on(const Bytes& data, std::size_t copies) {
    for (std::size_t i = 0; i < copies; ++i) settings_.send(data);
    settings_.counts.passed += copies;
    release_held();
}

/// One has been passed: those that were held for it follow.
void DatagramLane::release_held() {
    for (Held& held : held_) --held.later;
    for (;;) {
        const auto ready = std::find_if(held_.begin(), held_.end(),
                                        [](const Held& held) { return held.later == 0; });
        if (ready == held_.end()) return;
        const Held released = std::move(*ready);
        held_.erase(ready);
        tell_of_relay("datagram " + std::to_string(released.number) + ' ' + settings_.towards +
                      ": passed after the later ones");
        settings_.send(released.data);
        ++settings_.counts.passed;
    }
}

bool DatagramLane::pass_due() {
    const auto now = steady_clock::now();
    bool any = false;
    for (auto first = next_due(); first && *first <= now; first = next_due()) {
        const auto at = std::find_if(delayed_.begin(), delayed_.end(),
                                     [&](const Delayed& delayed) { return delayed.due == *first; });
        const Delayed delayed = std::move(*at);
        delayed_.erase(at);
        tell_of_relay("datagram " + std::to_string(delayed.number) + ' ' + settings_.towards +
                      ": passed after its delay");
        pass_on(delayed.data);
        any = true;
    }
    return any;
}

std::optional<DatagramLane::Moment> DatagramLane::next_due() const {
    const auto first = std::min_element(
        delayed_.begin(), delayed_.end(),
        [](const Delayed& left, const Delayed& right) { return left.due < right.due; });
    if (first == delayed_.end()) return std::nullopt;
    return first->due;
}

std::optional<std::size_t> DatagramLane::holds() const {
    if (held_.empty()) return std::nullopt;
    return held_.front().number;
}

/// What is merely passed is told as a sum.
void DatagramLane::tell_passing() {
    const std::size_t sum = passing_.add(1);
    const std::string last = std::to_string(came_);
    passing_.tell(
        (sum == 1 ? "datagram " : "datagrams " + std::to_string(came_ - sum + 1) + " to ") + last +
        ' ' + settings_.towards + ": passed");
}

}  // namespace harness
