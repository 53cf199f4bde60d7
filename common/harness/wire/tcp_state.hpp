#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "net/address.hpp"

namespace harness {

/// What the kernel knows of one TCP socket of this machine (sock_diag(7), INET_DIAG).
struct TcpState {
    std::uint8_t state = 0;           ///< TCP_ESTABLISHED and so on, of netinet/tcp.h
    std::uint32_t receive_queue = 0;  ///< bytes that have come and are not read yet
    std::uint32_t send_queue = 0;     ///< bytes that are not acknowledged yet
    bool waits_for_window = false;    ///< nothing is sent before the other side has read some more
    std::uint64_t inode = 0;          ///< the number in its name, "socket:[4711]"; 0 if closed
};

/// The socket with these two ends; std::nullopt when there is none. Does not block. Asks netlink,
/// and where that cannot be had (some containers) reads /proc/net/tcp. Throws std::system_error.
[[nodiscard]] std::optional<TcpState> find_tcp_socket(const net::Address& local,
                                                      const net::Address& remote);

/// The same from /proc/net/tcp or tcp6 alone (proc(5)), which takes longer the more sockets there
/// are.
[[nodiscard]] std::optional<TcpState> find_tcp_socket_in_proc(const net::Address& local,
                                                              const net::Address& remote);

/// All of them, in this network namespace, from /proc/net/tcp and tcp6.
[[nodiscard]] std::vector<TcpState> all_tcp_sockets();

/// Whether bytes of this socket, or its end, are on their way: sent and not acknowledged, or held
/// back for a moment (Nagle's algorithm, RFC 896). What waits until the other side reads is not.
[[nodiscard]] bool is_in_flight(const TcpState& socket);

/// Our own side: false when everything sent (an end of stream too) has been acknowledged.
[[nodiscard]] bool has_unacknowledged(int fd);

/// Acknowledges what has come now, not up to 40 ms later (TCP_QUICKACK, tcp(7)): as long as it is
/// not, bytes of the program count as on their way. Holds until the next bytes.
void acknowledge_at_once(int fd);

/// Our own side: true when a reset has come that no call has reported yet. Asking takes it away.
[[nodiscard]] bool has_been_reset(int fd);

}  // namespace harness
