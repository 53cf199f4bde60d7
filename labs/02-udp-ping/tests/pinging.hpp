#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/programs/process.hpp"
#include "harness/run/bytes.hpp"
#include "harness/wire/datagram_peer.hpp"
#include "net/address.hpp"

/// What the test's side of a run of ping_client knows: probes, and the lines of the client's
/// report.
namespace pinging {

using Clock = std::chrono::steady_clock;

/// An hour in ms: where nothing may happen, and where every reply has to count.
inline const std::string hour = "3600000";

/// Bytes of the numbers that a probe begins with.
constexpr std::size_t header_size = 16;

/// A probe that the test has taken.
struct Probe {
    net::Address from;
    harness::Bytes data;
    Clock::time_point taken;

    [[nodiscard]] std::uint32_t id() const;
    [[nodiscard]] std::uint32_t seq() const;
    [[nodiscard]] std::chrono::nanoseconds sent() const;  ///< by the client's steady clock
};

/// The next datagram, whatever its numbers; fails when none comes, or one without room for them.
[[nodiscard]] Probe next_probe(harness::DatagramPeer& server);

/// Fails unless it is the probe with this number.
void expect_seq(const Probe& probe, std::uint32_t seq);

/// The next datagram; fails unless it is the probe with this number.
[[nodiscard]] Probe expect_probe(harness::DatagramPeer& server, std::uint32_t seq);

/// Sends a probe back as it has come. Returns how long ago it had been taken.
Clock::duration answer(harness::DatagramPeer& server, const Probe& probe);

enum class Reply { first, duplicate };

/// Fails unless the next line on stdout is that of a reply to `probe` from `server`. Returns the
/// time in it, which may be no longer than the time since the probe was sent.
std::chrono::duration<double, std::milli> expect_reply_line(harness::Process& client,
                                                            const net::Address& server,
                                                            const Probe& probe,
                                                            Reply kind = Reply::first);

/// Fails unless the next line says that this probe has no reply; it may come this late.
void expect_no_reply_line(harness::Process& client, std::uint32_t seq,
                          std::chrono::milliseconds timeout);

/// How long a test waits for something that a right program does when this timeout is over.
[[nodiscard]] std::chrono::milliseconds patience_after(std::chrono::milliseconds timeout);

/// The next line on stdout; fails when none comes. `due` is what belongs there, in words. `timeout`
/// is what a right program may wait for before.
[[nodiscard]] std::string next_line(harness::Process& client, const std::string& due,
                                    std::chrono::milliseconds timeout = {});

/// Skips the test where there is no ::1.
void need_ipv6();

/// Fails because a line is another than is due.
[[noreturn]] void fail_of_line(const std::string& line, const std::string& due);

}  // namespace pinging
