#include "harness/relays/datagram_rules.hpp"

#include <random>

#include "harness/run/test_run.hpp"

namespace harness {
namespace {

using Kind = Treatment::Kind;

/// Decides by the seed. It draws from numbers of its own: when datagrams come is left to chance,
/// and must not change what else a test draws.
class Loser {
public:
    explicit Loser(Loss loss) : loss_(std::move(loss)), random_(current_run().random()()) {}

    Treatment operator()(const Passing& datagram) {
        constexpr std::size_t soon = 5;
        unsigned& in_a_row = in_a_row_[datagram.client];
        unsigned* const of_group = group_of(datagram);
        const bool drawn =
            std::uniform_int_distribution<unsigned>(1, 100)(random_) <= loss_.percent;
        const bool too_late = ++seen_ == soon && !lost_;
        const bool too_many = in_a_row == loss_.most_in_a_row ||
                              (of_group != nullptr && *of_group == loss_.most_of_group);
        if (!(drawn || too_late) || too_many) {
            in_a_row = 0;
            return pass();
        }
        lost_ = true;
        ++in_a_row;
        if (of_group != nullptr) ++*of_group;
        return drop();
    }

private:
    /// How many of this datagram's group have been lost so far; null if there are no groups.
    unsigned* group_of(const Passing& datagram) {
        if (!loss_.group) return nullptr;
        return &of_group_[{datagram.client, loss_.group(datagram.data)}];
    }

    Loss loss_;
    std::mt19937_64 random_;
    std::map<std::size_t, unsigned> in_a_row_;  ///< by client
    std::map<std::pair<std::size_t, std::uint64_t>, unsigned> of_group_;
    std::size_t seen_ = 0;
    bool lost_ = false;
};

}  // namespace

Treatment pass() { return {}; }

Treatment drop() { return {.kind = Kind::drop}; }

Treatment repeat(std::size_t copies) {
    if (copies == 0) return drop();
    return {.kind = Kind::repeat, .amount = copies};
}

Treatment delay(std::chrono::milliseconds time) { return {.kind = Kind::delay, .time = time}; }

Treatment hold(std::size_t later) {
    if (later == 0) return pass();
    return {.kind = Kind::hold, .amount = later};
}

Treatment flip_bit(std::size_t index) { return {.kind = Kind::flip, .amount = index}; }

Treatment cut_to(std::size_t length) { return {.kind = Kind::cut, .amount = length}; }

Treatment DatagramRule::decide(const Passing& datagram) {
    unmet_.erase(datagram.number);
    if (!decide_) {
        const auto ordered = by_number_.find(datagram.number);
        return ordered == by_number_.end() ? pass() : ordered->second;
    }
    const Treatment treatment = decide_(datagram);
    met_ = met_ || treatment.kind != Kind::pass;
    return treatment;
}

std::string DatagramRule::never_met() const {
    if (!unmet_.empty()) return "datagram " + std::to_string(unmet_.begin()->first) + " never came";
    return decide_ && !met_ ? "every datagram was passed as it was" : "";
}

DatagramRule lose(Loss loss) { return Loser(std::move(loss)); }

}  // namespace harness
