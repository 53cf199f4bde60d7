#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"

namespace net_tests {

/// Waits until `fd` has something to read, connections and the end of a stream included.
inline void wait_readable(int fd) {
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    REQUIRE(::poll(&waiting, 1, 20'000) == 1);
}

/// Binds a socket that does not listen: its port refuses connections and nobody else gets it.
/// An empty Fd if the port is taken.
inline net::Fd try_hold_port(const net::Address& address) {
    net::Fd fd(net::check(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    if (::bind(fd.get(), address.data(), address.size()) == -1) fd.reset();
    return fd;
}

inline net::Fd hold_port(const std::string& host) {
    auto fd = try_hold_port(net::resolve(host, "0", net::Use::listen).front());
    REQUIRE(fd);
    return fd;
}

inline std::string port_of(int fd) { return std::to_string(net::local_address(fd).port()); }

inline int int_option(int fd, int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    REQUIRE(::getsockopt(fd, level, name, &value, &size) == 0);
    return value;
}

/// The error code of what `call` throws, or none.
template <typename Call>
std::error_code error_of(Call call) {
    try {
        call();
    } catch (const std::system_error& e) {
        return e.code();
    }
    return {};
}

inline void skip_without_ipv6() {
    const auto address = net::resolve("::1", "0", net::Use::listen).front();
    const auto error = error_of([&] {
        const net::Fd fd(net::check(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
        net::check(::bind(fd.get(), address.data(), address.size()), "bind");
    });
    if (error) SKIP("this machine has no ::1: " << error.message());
}

}  // namespace net_tests
