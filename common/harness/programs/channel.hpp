#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "net/fd.hpp"

namespace harness {

/// What judge and supervisor say to each other: one JSON value, and descriptors that go with it.
struct Message {
    nlohmann::json body{};
    std::vector<net::Fd> fds{};
};

/// Sends one message over a SOCK_SEQPACKET socket (unix(7)): the body as CBOR (RFC 8949), and up to
/// eight descriptors, which stay the caller's as well. Throws std::system_error.
void send_message(int channel, const nlohmann::json& body, const std::vector<int>& fds = {});

/// Waits for the next message; std::nullopt when the other side has gone.
/// Throws std::system_error, and nlohmann's parse_error for what is no CBOR.
[[nodiscard]] std::optional<Message> receive_message(int channel);

}  // namespace harness
