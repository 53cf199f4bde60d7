#pragma once

#include <cstdint>
#include <optional>

#include "net/address.hpp"

namespace harness {

/// What the kernel knows of one TCP socket of this machine (sock_diag(7), INET_DIAG).
struct TcpState {
    std::uint8_t state = 0;           ///< TCP_ESTABLISHED and so on, of netinet/tcp.h
    std::uint32_t receive_queue = 0;  ///< bytes that have come and are not read yet
    std::uint32_t send_queue = 0;     ///< bytes that are not acknowledged yet
};

/// The socket with these two ends; std::nullopt when there is none. Does not block.
/// Throws std::system_error where netlink cannot be had.
[[nodiscard]] std::optional<TcpState> find_tcp_socket(const net::Address& local,
                                                      const net::Address& remote);

/// Our own side: false when everything sent (an end of stream too) has been acknowledged.
[[nodiscard]] bool has_unacknowledged(int fd);

/// Our own side: true when a reset has come that no call has reported yet. Asking takes it away.
[[nodiscard]] bool has_been_reset(int fd);

}  // namespace harness
