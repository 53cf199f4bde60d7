#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "harness/relays/relay_events.hpp"
#include "harness/run/bytes.hpp"
#include "net/address.hpp"
#include "net/tcp.hpp"

namespace harness {

/// What becomes of the bytes of one direction of a connection. Offsets count from its begin.
struct StreamRule {
    enum class Cut { by_fin, by_rst };

    /// The lowest bit of the byte at this offset is inverted.
    std::optional<std::size_t> flip_at{};

    /// After so many bytes the connection ends, for both sides; what they go on sending is lost.
    std::optional<std::size_t> cut_after{};
    Cut cut = Cut::by_fin;

    /// After so many bytes nothing is passed, no end either, until the test releases it.
    std::optional<std::size_t> hold_after{};

    /// The sizes of the pieces in which bytes are passed, each when the receiver has read the one
    /// before.
    std::function<std::size_t()> pieces{};

    [[nodiscard]] bool any() const { return flip_at || cut_after || hold_after || pieces; }
};

/// Sizes from `low` to `high`, drawn from the seed. How many are drawn does not change what else a
/// test draws.
[[nodiscard]] std::function<std::size_t()> random_sizes(std::size_t low, std::size_t high);

/// One of the two connections that a relay joins.
struct RelayEnd {
    explicit RelayEnd(net::TcpStream connected);

    net::TcpStream stream;
    net::Address local;
    net::Address remote;
    bool gone = false;  ///< reset, by the other side or by us
};

/// Carries the bytes that come from one end of a relay to the other, by a rule. It takes no more
/// than it can pass on, but for a buffer of 64 KiB.
class StreamFlow {
public:
    /// Borrows the ends. `towards`: "to the server", for people.
    StreamFlow(RelayEnd& from, RelayEnd& to, StreamRule rule, std::string towards);

    /// Moves what can be moved without blocking. Returns whether anything has.
    bool serve();

    /// What to wait for by poll(2): bytes that come, and room for those that are to go.
    [[nodiscard]] bool reads() const;
    [[nodiscard]] bool wants_to_send() const { return due() > 0; }
    /// Waits for the receiver to read, of which no poll tells.
    [[nodiscard]] bool is_paced() const;

    /// True while bytes, or an end, are on their way through it.
    [[nodiscard]] bool in_flight() const;

    [[nodiscard]] std::size_t passed() const noexcept { return passed_; }
    [[nodiscard]] bool has_ended() const noexcept { return ended_; }
    [[nodiscard]] bool has_passed_end() const noexcept { return end_passed_; }
    [[nodiscard]] bool is_held() const;
    [[nodiscard]] bool is_to_be_cut() const { return rule_.cut_after == passed_ && !discards_; }
    [[nodiscard]] StreamRule::Cut cut() const noexcept { return rule_.cut; }
    /// True when all that was passed has come to the receiver's system.
    [[nodiscard]] bool is_delivered() const;
    /// The same, but for what it has no room for.
    [[nodiscard]] bool is_delivered_as_far_as_possible() const;

    void release() noexcept { released_ = true; }

    /// Ends it for the receiver (FIN); what still comes is thrown away.
    void end_here();

    /// What was ordered and has not come to pass, in words; or empty.
    [[nodiscard]] std::string never_met() const;

private:
    bool receive();
    bool transmit();
    bool pass_end();
    void keep(std::span<const std::byte> data);
    [[nodiscard]] std::size_t due() const;
    [[nodiscard]] bool is_arriving() const;
    [[nodiscard]] bool receiver_is_idle() const;
    void begin_piece();
    void send_end();
    void tell_passing(std::size_t count);

    RelayEnd& from_;
    RelayEnd& to_;
    StreamRule rule_;
    std::string towards_;
    Bytes buffer_;
    std::size_t received_ = 0;
    std::size_t passed_ = 0;
    std::size_t piece_ = 0;  ///< what is left of the piece that is being sent
    std::size_t pieces_ = 0;
    bool ended_ = false;
    bool end_passed_ = false;
    bool discards_ = false;
    bool released_ = false;
    bool has_held_ = false;
    PassingEvent passing_;
};

}  // namespace harness
