#pragma once

#include <string>
#include <utility>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"

namespace net {

// How a host and a service become a socket: what TcpStream, TcpListener and UdpSocket share.

/// What came of one address: a socket, or the call that failed and its errno.
struct Attempt {
    Fd fd;
    const char* failed_call = "";
    int error = 0;
};

[[nodiscard]] inline Attempt failed(const char* call, int error) { return {Fd(), call, error}; }

/// The socket. Throws `bind 127.0.0.1:80: Permission denied` if there is none; `where` names the
/// operand.
[[nodiscard]] inline Fd take(Attempt attempt, const std::string& where) {
    if (!attempt.fd) throw_errno(attempt.error, attempt.failed_call + (" " + where));
    return std::move(attempt.fd);
}

/// Resolves, then asks `try_address` for a socket for each address in turn, until there is one.
/// Throws the last address's failure.
template <typename Try>
[[nodiscard]] Fd first_success(const std::string& host, const std::string& service, Use use,
                               Transport transport, Try try_address) {
    Attempt attempt;
    for (const Address& address : resolve(host, service, use, transport)) {
        attempt = try_address(address);
        if (attempt.fd) break;
    }
    return take(std::move(attempt), endpoint(host, service));
}

}  // namespace net
