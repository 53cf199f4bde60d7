#pragma once

#include "harness/programs/program.hpp"
#include "harness/run/bytes.hpp"
#include "harness/wire/datagram_peer.hpp"

/// A datagram that goes to ping_server and comes back.
namespace pinging {

[[nodiscard]] harness::Bytes any_datagram();

/// Sends one, and fails unless it comes back.
void ping(harness::DatagramPeer& client);
void ping(const harness::Server& server);  ///< from a client of its own

/// What a server has to do for that.
void explain_echo();

}  // namespace pinging
