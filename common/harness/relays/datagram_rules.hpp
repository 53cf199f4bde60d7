#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace harness {

/// A datagram that has come to a relay.
struct Passing {
    std::size_t number;  ///< from 1, of this client and in this direction
    std::size_t client;  ///< from 1, in the order in which they have come
    std::span<const std::byte> data;
};

/// What a relay does with one datagram.
struct Treatment {
    enum class Kind { pass, drop, repeat, delay, hold, flip, cut };

    Kind kind = Kind::pass;
    std::size_t amount = 0;  ///< copies, later datagrams, a byte's index, a length
    std::chrono::milliseconds time{};
};

[[nodiscard]] Treatment pass();
[[nodiscard]] Treatment drop();
/// Passes it `copies` times, one right after the other.
[[nodiscard]] Treatment repeat(std::size_t copies);
/// Passes it so much later; others may overtake it.
[[nodiscard]] Treatment delay(std::chrono::milliseconds time);
/// Passes it right after `later` more of the same client and direction have been passed.
[[nodiscard]] Treatment hold(std::size_t later);
/// Inverts the lowest bit of the byte at `index`, which the datagram must have.
[[nodiscard]] Treatment flip_bit(std::size_t index);
/// Passes the first `length` bytes alone; the datagram must be longer.
[[nodiscard]] Treatment cut_to(std::size_t length);

/// What becomes of the datagrams of one direction.
class DatagramRule {
public:
    using Decide = std::function<Treatment(const Passing&)>;

    /// Passes them all.
    DatagramRule() = default;

    /// Asks `decide` for each. A test in which it never treats one has proved nothing.
    template <typename Function>
    requires std::is_invocable_r_v<Treatment, Function, const Passing&> DatagramRule(
        Function decide)
        : decide_(std::move(decide)) {}

    /// By number: `{{2, drop()}, {3, drop()}}`; the others are passed. Each has to come.
    DatagramRule(std::initializer_list<std::pair<const std::size_t, Treatment>> by_number)
        : unmet_(by_number), by_number_(by_number) {}

    [[nodiscard]] Treatment decide(const Passing& datagram);

    /// What was ordered and has not come to pass, in words: "datagram 3 never came"; or empty.
    [[nodiscard]] std::string never_met() const;

private:
    Decide decide_;
    std::map<std::size_t, Treatment> unmet_;  ///< of those that were ordered by number
    std::map<std::size_t, Treatment> by_number_;
    bool met_ = false;
};

/// How a line loses datagrams, by the seed.
struct Loss {
    unsigned percent = 0;
    unsigned most_in_a_row = 3;  ///< of one client; then one is passed

    /// What belongs together, for instance the tries of one request, and how many of such a group
    /// may be lost.
    std::function<std::uint64_t(std::span<const std::byte>)> group{};
    unsigned most_of_group = 2;
};

/// Drops so many of a hundred, drawn from the seed, within these limits; of the first five at least
/// one, so that no test is without a loss by chance.
[[nodiscard]] DatagramRule lose(Loss loss);

}  // namespace harness
