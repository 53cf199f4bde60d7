#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace net {

/// An IPv4 or IPv6 address with a port: the value behind sockaddr and socklen_t (ip(7), ipv6(7)).
class Address {
public:
    /// Copies an address that a call has filled in. Throws std::system_error: EAFNOSUPPORT
    /// for any other family, EINVAL if `size` is too small for the family.
    Address(const sockaddr* address, socklen_t size);

    [[nodiscard]] int family() const noexcept;          ///< AF_INET or AF_INET6
    [[nodiscard]] std::uint16_t port() const noexcept;  ///< in host byte order
    [[nodiscard]] std::string host() const;             ///< numeric: "127.0.0.1", "fe80::1%eth0"
    [[nodiscard]] std::string to_string() const;        ///< "127.0.0.1:80" or "[::1]:80"

    /// The two arguments of bind(2), connect(2) and sendto(2); valid while this object lives.
    [[nodiscard]] const sockaddr* data() const noexcept;
    [[nodiscard]] socklen_t size() const noexcept;

    /// Same family, host, port and IPv6 scope. Padding does not count; IPv4 mapped into
    /// IPv6 (::ffff:127.0.0.1) is another address than the IPv4 one.
    friend bool operator==(const Address& left, const Address& right) noexcept;

private:
    [[nodiscard]] const sockaddr_in* v4() const noexcept;  // the one of the two that it is, or null
    [[nodiscard]] const sockaddr_in6* v6() const noexcept;

    std::variant<sockaddr_in, sockaddr_in6> value_;
};

/// Room for the address that recvfrom(2), accept(2) or getsockname(2) reports:
/// `::recvfrom(fd, …, from.data(), from.room())`, then `from.address()`.
class AddressBuffer {
public:
    [[nodiscard]] sockaddr* data() noexcept;

    /// How much room there is; the call replaces it by the size of the address.
    /// Ask anew for every call, or a short address leaves too little room for a long one.
    [[nodiscard]] socklen_t* room() noexcept;

    /// The address last reported. Throws as Address does if there was none.
    [[nodiscard]] Address address() const;

private:
    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

/// The address a socket is bound to, with the real port after binding to port 0; getsockname(2).
/// Borrows `fd`. Throws std::system_error.
[[nodiscard]] Address local_address(int fd);

/// The address a socket is connected to; getpeername(2). Borrows `fd`.
/// Throws std::system_error, ENOTCONN also when the peer has reset the connection.
[[nodiscard]] Address peer_address(int fd);

/// What resolved addresses are for; it matters only when no host is given.
enum class Use { connect, listen };

/// It matters only for a service's name: "tftp" is a service of UDP alone.
enum class Transport { tcp, udp };

/// The addresses of `host` and `service` (a number or a name of services(5)), at least one,
/// in the order to try them (RFC 6724). An empty host means loopback to connect, every interface
/// to listen. Blocks for as long as DNS takes. Throws std::system_error in resolver_category().
[[nodiscard]] std::vector<Address> resolve(const std::string& host, const std::string& service,
                                           Use use, Transport transport = Transport::tcp);

/// "host:service" for messages, with brackets around an IPv6 address (RFC 3986, 3.2.2).
[[nodiscard]] std::string endpoint(const std::string& host, const std::string& service);

}  // namespace net
