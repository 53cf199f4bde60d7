#pragma once

#include <cstdint>

#include "net/address.hpp"

namespace harness {

/// 127.0.0.1 or ::1, whichever is of the other one's family.
[[nodiscard]] net::Address loopback_beside(const net::Address& other, std::uint16_t port = 0);

/// Where to reach a server from here: who listens everywhere (0.0.0.0, ::) is at the loopback.
[[nodiscard]] net::Address reachable(const net::Address& server);

/// Skips the test where this machine has no ::1.
void need_ipv6();

/// Returns when all that was sent over the loopback interface before this call has come to its
/// socket, and what the kernel itself says to that (ICMP, acknowledgements) too. Nothing tells this
/// to a sender of datagrams; but each core passes on in order what was sent on it. So we send
/// ourselves a datagram on every core that we, and so the programs, may use. Takes some 50 µs a
/// core. Throws std::runtime_error where the loopback carries no datagrams.
void await_loopback();

}  // namespace harness
