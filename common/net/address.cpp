#include "net/address.hpp"

#include <netdb.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "net/error.hpp"

namespace net {
namespace {

struct FreeAddrInfo {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

using AddrInfoList = std::unique_ptr<addrinfo, FreeAddrInfo>;

// Copied, not cast: a sockaddr promises neither the size nor the alignment of what it stands for.
template <typename Kind>
Kind copy_as(const sockaddr* address, socklen_t size) {
    Kind result{};
    if (size < sizeof result) throw_errno(EINVAL, "Address of " + std::to_string(size) + " bytes");
    std::memcpy(&result, address, sizeof result);
    return result;
}

std::variant<sockaddr_in, sockaddr_in6> copy(const sockaddr* address, socklen_t size) {
    const int family = size < sizeof(sa_family_t) ? AF_UNSPEC : address->sa_family;
    if (family == AF_INET) return copy_as<sockaddr_in>(address, size);
    if (family == AF_INET6) return copy_as<sockaddr_in6>(address, size);
    throw_errno(EAFNOSUPPORT, "Address of family " + std::to_string(family));
}

bool same(const sockaddr_in& left, const sockaddr_in& right) noexcept {
    return left.sin_port == right.sin_port && left.sin_addr.s_addr == right.sin_addr.s_addr;
}

bool same(const sockaddr_in6& left, const sockaddr_in6& right) noexcept {
    return left.sin6_port == right.sin6_port && left.sin6_scope_id == right.sin6_scope_id &&
           std::ranges::equal(left.sin6_addr.s6_addr, right.sin6_addr.s6_addr);
}

AddrInfoList lookup(const std::string& host, const std::string& service, Use use,
                    Transport transport) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    // Without it every address comes once for each kind of socket.
    hints.ai_socktype = transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
    hints.ai_flags = use == Use::listen ? AI_PASSIVE : 0;

    addrinfo* list = nullptr;
    const int rc =
        ::getaddrinfo(host.empty() ? nullptr : host.c_str(), service.c_str(), &hints, &list);
    const int error = errno;
    if (rc == EAI_SYSTEM) throw_errno(error, "resolve " + endpoint(host, service));
    if (rc != 0) {
        throw std::system_error(rc, resolver_category(), "resolve " + endpoint(host, service));
    }
    return AddrInfoList(list);
}

}  // namespace

Address::Address(const sockaddr* address, socklen_t size) : value_(copy(address, size)) {}

const sockaddr_in* Address::v4() const noexcept { return std::get_if<sockaddr_in>(&value_); }

const sockaddr_in6* Address::v6() const noexcept { return std::get_if<sockaddr_in6>(&value_); }

int Address::family() const noexcept { return v4() != nullptr ? AF_INET : AF_INET6; }

std::uint16_t Address::port() const noexcept {
    return ntohs(v4() != nullptr ? v4()->sin_port : v6()->sin6_port);
}

std::string Address::host() const {
    std::array<char, NI_MAXHOST> text{};
    const int rc =
        ::getnameinfo(data(), size(), text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    if (rc != 0) throw std::system_error(rc, resolver_category(), "getnameinfo");
    return text.data();
}

std::string Address::to_string() const { return endpoint(host(), std::to_string(port())); }

const sockaddr* Address::data() const noexcept {
    // The cast that the sockets API forces on everybody; it stays in this file.
    if (v4() != nullptr) return reinterpret_cast<const sockaddr*>(v4());
    return reinterpret_cast<const sockaddr*>(v6());
}

socklen_t Address::size() const noexcept {
    return v4() != nullptr ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}

bool operator==(const Address& left, const Address& right) noexcept {
    if (left.family() != right.family()) return false;
    return left.v4() != nullptr ? same(*left.v4(), *right.v4()) : same(*left.v6(), *right.v6());
}

sockaddr* AddressBuffer::data() noexcept { return reinterpret_cast<sockaddr*>(&storage_); }

socklen_t* AddressBuffer::room() noexcept {
    size_ = sizeof storage_;
    return &size_;
}

Address AddressBuffer::address() const {
    return {reinterpret_cast<const sockaddr*>(&storage_), size_};
}

Address local_address(int fd) {
    AddressBuffer buffer;
    check(::getsockname(fd, buffer.data(), buffer.room()), "getsockname");
    return buffer.address();
}

Address peer_address(int fd) {
    AddressBuffer buffer;
    check(::getpeername(fd, buffer.data(), buffer.room()), "getpeername");
    return buffer.address();
}

std::vector<Address> resolve(const std::string& host, const std::string& service, Use use,
                             Transport transport) {
    const AddrInfoList list = lookup(host, service, use, transport);
    std::vector<Address> result;
    for (const addrinfo* it = list.get(); it != nullptr; it = it->ai_next) {
        result.emplace_back(it->ai_addr, it->ai_addrlen);
    }
    return result;
}

std::string endpoint(const std::string& host, const std::string& service) {
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + service;
}

}  // namespace net
