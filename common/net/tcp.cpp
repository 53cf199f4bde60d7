#include "net/tcp.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>

#include "net/attempt.hpp"
#include "net/error.hpp"
#include "net/io.hpp"
#include "net/wait.hpp"

namespace net {
namespace {

static_assert(ByteSource<TcpStream> && ByteSink<TcpStream>);

template <typename Value>
int set_option(int fd, int level, int option, const Value& value) noexcept {
    return ::setsockopt(fd, level, option, &value, sizeof value);
}

/// What became of a connection that was not there at once: 0 or an errno value.
int outcome_of_connect(int fd) {
    int outcome = 0;
    socklen_t size = sizeof outcome;
    check(::getsockopt(fd, SOL_SOCKET, SO_ERROR, &outcome, &size), "getsockopt SO_ERROR");
    return outcome;
}

/// Returns 0 once the connection stands, else the errno value.
int connect_socket(int fd, const Address& address) {
    if (::connect(fd, address.data(), address.size()) == 0) return 0;
    const int error = errno;
    if (error != EINTR) return error;

    // The signal ended our waiting, not the connecting. Calling connect() again is an error by
    // POSIX (EALREADY, EISCONN); the socket becomes writable when the outcome is known.
    wait_for(fd, POLLOUT);
    return outcome_of_connect(fd);
}

Attempt try_connect(const Address& address) {
    Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) return failed("socket", errno);
    if (const int error = connect_socket(fd.get(), address)) return failed("connect", error);
    return {.fd = std::move(fd)};
}

Attempt try_listen(const Address& address, const ListenOptions& options) {
    // Non-blocking, because accept4() itself has no flag for a single call that must not wait.
    Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return failed("socket", errno);
    const int reuse = options.reuse_address ? 1 : 0;
    if (set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, reuse) == -1) {
        return failed("setsockopt SO_REUSEADDR", errno);
    }
    if (::bind(fd.get(), address.data(), address.size()) == -1) return failed("bind", errno);
    if (::listen(fd.get(), options.backlog) == -1) return failed("listen", errno);
    return {.fd = std::move(fd)};
}

ssize_t receive(int fd, std::span<std::byte> buffer, int flags) {
    return retry_on_eintr([&] { return ::recv(fd, buffer.data(), buffer.size(), flags); });
}

ssize_t transmit(int fd, std::span<const std::byte> data, int flags) {
    // MSG_NOSIGNAL: a peer that has gone is an error of this call, not the end of the process.
    return retry_on_eintr(
        [&] { return ::send(fd, data.data(), data.size(), flags | MSG_NOSIGNAL); });
}

std::size_t count(ssize_t n, const char* call) { return static_cast<std::size_t>(check(n, call)); }

std::optional<std::size_t> count_or_not_yet(ssize_t n, const char* call) {
    if (n == -1 && would_block(errno)) return std::nullopt;
    return count(n, call);
}

}  // namespace

TcpStream TcpStream::connect(const std::string& host, const std::string& service) {
    return TcpStream(first_success(host, service, Use::connect, Transport::tcp, try_connect));
}

TcpStream TcpStream::connect(const Address& address) {
    return TcpStream(take(try_connect(address), address.to_string()));
}

std::optional<TcpStream> TcpStream::connect_within(const Address& address,
                                                   std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    constexpr int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    Fd fd(check(::socket(address.family(), type, 0), "socket"));
    int error = ::connect(fd.get(), address.data(), address.size()) == 0 ? 0 : errno;
    if (error == EINPROGRESS || error == EINTR) {
        if (!wait_until(fd.get(), POLLOUT, deadline)) return std::nullopt;
        error = outcome_of_connect(fd.get());
    }
    if (error != 0) throw_errno(error, "connect " + address.to_string());
    check(::fcntl(fd.get(), F_SETFL, 0), "fcntl F_SETFL");  // blocking again, as every stream is
    return TcpStream(std::move(fd));
}

std::size_t TcpStream::recv_some(std::span<std::byte> buffer) {
    return count(receive(fd(), buffer, 0), "recv");
}

std::optional<std::size_t> TcpStream::try_recv_some(std::span<std::byte> buffer) {
    return count_or_not_yet(receive(fd(), buffer, MSG_DONTWAIT), "recv");
}

std::size_t TcpStream::send_some(std::span<const std::byte> data) {
    return count(transmit(fd(), data, 0), "send");
}

std::optional<std::size_t> TcpStream::try_send_some(std::span<const std::byte> data) {
    return count_or_not_yet(transmit(fd(), data, MSG_DONTWAIT), "send");
}

void TcpStream::shutdown_send() { check(::shutdown(fd(), SHUT_WR), "shutdown"); }

void TcpStream::set_no_delay() {
    check(set_option(fd(), IPPROTO_TCP, TCP_NODELAY, 1), "setsockopt TCP_NODELAY");
}

void TcpStream::reset() {
    const linger not_at_all{.l_onoff = 1, .l_linger = 0};
    check(set_option(fd(), SOL_SOCKET, SO_LINGER, not_at_all), "setsockopt SO_LINGER");
    fd_.reset();
}

Address TcpStream::local_address() const { return net::local_address(fd()); }

Address TcpStream::peer_address() const { return net::peer_address(fd()); }

TcpListener TcpListener::bind(const std::string& host, const std::string& service,
                              ListenOptions options) {
    const auto try_address = [&](const Address& address) { return try_listen(address, options); };
    return TcpListener(first_success(host, service, Use::listen, Transport::tcp, try_address));
}

TcpStream TcpListener::accept() {
    for (;;) {
        if (auto stream = try_accept()) return std::move(*stream);
        wait_for(fd(), POLLIN);
    }
}

std::optional<TcpStream> TcpListener::try_accept() {
    for (;;) {
        Fd client(::accept4(fd(), nullptr, nullptr, SOCK_CLOEXEC));
        if (client) return TcpStream(std::move(client));
        const int error = errno;
        if (would_block(error)) return std::nullopt;
        if (error != EINTR && error != ECONNABORTED) throw_errno(error, "accept");
    }
}

Address TcpListener::local_address() const { return net::local_address(fd()); }

}  // namespace net
