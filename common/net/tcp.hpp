#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "net/address.hpp"
#include "net/fd.hpp"

namespace net {

/// One end of a TCP connection (RFC 9293, tcp(7)). Owns its descriptor: destruction closes it.
///
/// A count above 0 is data; 0 from a read is the end of the stream; std::nullopt, only from a
/// try_ function and connect_within, is "not yet"; every failure throws std::system_error.
/// Signals do not interrupt a call, and writing to a peer that has gone raises no SIGPIPE.
class TcpStream {
public:
    /// Takes over a connected socket, which should be blocking and close-on-exec.
    explicit TcpStream(Fd fd) noexcept : fd_(std::move(fd)) {}

    /// Resolves, then tries each address in turn. Blocks; throws the last address's failure.
    [[nodiscard]] static TcpStream connect(const std::string& host, const std::string& service);
    /// Blocks until the connection stands. Throws `connect 127.0.0.1:1: Connection refused`.
    [[nodiscard]] static TcpStream connect(const Address& address);
    /// The same, but std::nullopt if the other side has not answered within `patience`: a server
    /// whose queue is full does not answer at all, and the kernel would try for minutes.
    [[nodiscard]] static std::optional<TcpStream> connect_within(
        const Address& address, std::chrono::milliseconds patience);

    /// Waits for data and reads at least one byte, or returns 0 at the end of the stream.
    /// An empty `buffer` gives 0 too, so offer room. Throws ECONNRESET after a reset; recv(2).
    [[nodiscard]] std::size_t recv_some(std::span<std::byte> buffer);
    /// The same without waiting: std::nullopt while there is nothing to read.
    [[nodiscard]] std::optional<std::size_t> try_recv_some(std::span<std::byte> buffer);

    /// Waits for room and writes at least one byte; most callers want send_all() of io.hpp.
    /// What the kernel has taken may still be lost: EPIPE or ECONNRESET then come with a later
    /// call; send(2).
    [[nodiscard]] std::size_t send_some(std::span<const std::byte> data);
    /// The same without waiting: std::nullopt while there is no room.
    [[nodiscard]] std::optional<std::size_t> try_send_some(std::span<const std::byte> data);

    /// Ends our half of the conversation: the peer reads 0, and reading here still works.
    /// Does not block. Throws ENOTCONN if the peer has reset the connection; shutdown(2).
    void shutdown_send();

    /// Sends small pieces at once instead of waiting for earlier ones to be acknowledged
    /// (TCP_NODELAY: no Nagle's algorithm, RFC 9293 3.7.4).
    void set_no_delay();

    /// Closes the connection with RST instead of FIN: the peer gets ECONNRESET, data not yet
    /// sent is thrown away, and the stream owns nothing afterwards (SO_LINGER, socket(7)).
    void reset();

    [[nodiscard]] Address local_address() const;  ///< throws as net::local_address()
    [[nodiscard]] Address peer_address() const;   ///< throws as net::peer_address()

    /// The descriptor, lent for poll(2) or setsockopt(2); -1 once moved from or reset.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

private:
    Fd fd_;
};

struct ListenOptions {
    int backlog = SOMAXCONN;    ///< connections that may wait for accept; see listen(2)
    bool reuse_address = true;  ///< SO_REUSEADDR: restart at once although old connections linger
};

/// A listening TCP socket. Owns its descriptor, which is non-blocking.
class TcpListener {
public:
    /// Resolves, binds to the first address that can be had, and listens. Service "0" lets the
    /// kernel choose a port: see local_address(). No host is usually every IPv4 interface,
    /// "::" every one. Throws `bind 127.0.0.1:80: Permission denied`; bind(2), ipv6(7).
    [[nodiscard]] static TcpListener bind(const std::string& host, const std::string& service,
                                          ListenOptions options = {});

    /// Waits for the next connection and skips those aborted in the queue, though what it returns
    /// may have been reset already. Throws std::system_error, for one EMFILE; accept(2).
    [[nodiscard]] TcpStream accept();
    /// The same without waiting: std::nullopt while nobody has connected.
    [[nodiscard]] std::optional<TcpStream> try_accept();

    [[nodiscard]] Address local_address() const;  ///< throws as net::local_address()

    /// The descriptor, lent for poll(2); -1 once moved from.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

private:
    explicit TcpListener(Fd fd) noexcept : fd_(std::move(fd)) {}

    Fd fd_;
};

}  // namespace net
