#include "net/address.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>
#include <set>
#include <string>
#include <system_error>
#include <type_traits>

#include "net/error.hpp"
#include "sockets.hpp"

using net_tests::error_of;

namespace {

static_assert(std::is_copy_assignable_v<net::Address>);

net::Address numeric(const std::string& host, const std::string& port) {
    return net::resolve(host, port, net::Use::connect).front();
}

/// What a system call would have reported by filling in `raw`.
template <typename Raw>
net::Address reported(const Raw& raw, socklen_t size = sizeof(Raw)) {
    net::AddressBuffer buffer;
    REQUIRE(*buffer.room() >= size);
    std::memcpy(buffer.data(), &raw, sizeof raw);
    *buffer.room() = size;
    return buffer.address();
}

sockaddr_in loopback_v4(std::uint16_t port) {
    sockaddr_in raw{};
    raw.sin_family = AF_INET;
    raw.sin_port = htons(port);
    raw.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return raw;
}

sockaddr_in6 link_local_v6(std::uint32_t scope) {
    sockaddr_in6 raw{};
    raw.sin6_family = AF_INET6;
    raw.sin6_port = htons(80);
    ::inet_pton(AF_INET6, "fe80::1", &raw.sin6_addr);
    raw.sin6_scope_id = scope;
    return raw;
}

}  // namespace

TEST_CASE("an IPv4 address tells its parts", "[address]") {
    const auto address = numeric("127.0.0.1", "5050");
    CHECK(address.family() == AF_INET);
    CHECK(address.host() == "127.0.0.1");
    CHECK(address.port() == 5050);
    CHECK(address.to_string() == "127.0.0.1:5050");
    CHECK(address.size() == sizeof(sockaddr_in));
    CHECK(address.data()->sa_family == AF_INET);
}

TEST_CASE("an IPv6 address tells its parts, with brackets around the host", "[address]") {
    const auto address = numeric("::1", "65535");
    CHECK(address.family() == AF_INET6);
    CHECK(address.host() == "::1");
    CHECK(address.port() == 65535);
    CHECK(address.to_string() == "[::1]:65535");
    CHECK(address.size() == sizeof(sockaddr_in6));
    CHECK(address.data()->sa_family == AF_INET6);
}

TEST_CASE("an address says on which link it is local", "[address]") {
    CHECK_THAT(reported(link_local_v6(1)).host(), Catch::Matchers::StartsWith("fe80::1%"));
}

TEST_CASE("addresses are equal when family, host, port and scope are", "[address]") {
    const auto address = numeric("127.0.0.1", "80");
    CHECK(address == numeric("127.0.0.1", "80"));
    CHECK(address != numeric("127.0.0.1", "81"));
    CHECK(address != numeric("127.0.0.2", "80"));
    CHECK(address != numeric("::ffff:127.0.0.1", "80"));

    CHECK(numeric("::1", "80") == numeric("::1", "80"));
    CHECK(numeric("::1", "80") != numeric("::1", "81"));
    CHECK(numeric("::1", "80") != numeric("::2", "80"));
    CHECK(reported(link_local_v6(1)) == reported(link_local_v6(1)));
    CHECK(reported(link_local_v6(1)) != reported(link_local_v6(2)));
}

TEST_CASE("padding is no part of an address", "[address]") {
    auto raw = loopback_v4(80);
    std::memset(&raw.sin_zero, 0xaa, sizeof raw.sin_zero);
    CHECK(reported(raw) == reported(loopback_v4(80)));
}

TEST_CASE("what is no internet address is refused", "[address]") {
    SECTION("another family") {
        sockaddr_in raw = loopback_v4(80);
        raw.sin_family = AF_UNIX;
        CHECK(error_of([&] { reported(raw); }) == std::errc::address_family_not_supported);
    }
    SECTION("a size too small for the family") {
        const auto raw = loopback_v4(80);
        CHECK(error_of([&] { reported(raw, sizeof raw - 1); }) == std::errc::invalid_argument);
        CHECK(error_of([&] { reported(raw, 0); }) == std::errc::address_family_not_supported);
    }
    SECTION("nothing reported at all") {
        const net::AddressBuffer buffer;
        CHECK_THROWS_AS(buffer.address(), std::system_error);
    }
}

TEST_CASE("an AddressBuffer has room for an IPv6 address after an IPv4 one", "[address]") {
    net_tests::skip_without_ipv6();
    net::AddressBuffer buffer;
    for (const std::string host : {"127.0.0.1", "::1"}) {
        const auto fd = net_tests::hold_port(host);
        REQUIRE(::getsockname(fd.get(), buffer.data(), buffer.room()) == 0);
        CHECK(buffer.address().host() == host);
    }
}

TEST_CASE("local_address tells the port that the kernel chose", "[address]") {
    const auto fd = net_tests::hold_port("127.0.0.1");
    CHECK(net::local_address(fd.get()).host() == "127.0.0.1");
    CHECK(net::local_address(fd.get()).port() != 0);
}

TEST_CASE("addresses of what has none are errors that name the call", "[address]") {
    const auto fd = net_tests::hold_port("127.0.0.1");
    CHECK_THROWS_WITH(net::local_address(-1), "getsockname: Bad file descriptor");
    CHECK_THROWS_WITH(net::peer_address(fd.get()),
                      "getpeername: Transport endpoint is not connected");
}

TEST_CASE("resolve without a host", "[address]") {
    SECTION("gives every loopback address to connect, each once") {
        std::set<std::string> found;
        const auto addresses = net::resolve("", "80", net::Use::connect);
        for (const auto& address : addresses) found.insert(address.to_string());
        CHECK(found == std::set<std::string>{"127.0.0.1:80", "[::1]:80"});
        CHECK(addresses.size() == found.size());
    }
    SECTION("gives the wildcard addresses to listen") {
        for (const auto& address : net::resolve("", "80", net::Use::listen)) {
            CHECK((address.host() == "0.0.0.0" || address.host() == "::"));
        }
    }
}

TEST_CASE("a resolver error keeps its category and names what was asked", "[address]") {
    SECTION("an unknown host; an empty label, so that no name server is asked") {
        const auto call = [] { (void)net::resolve("no..such.host", "80", net::Use::connect); };
        CHECK(error_of(call).category() == net::resolver_category());
        CHECK_THROWS_WITH(call(), Catch::Matchers::StartsWith("resolve no..such.host:80: "));
    }
    SECTION("an unknown service") {
        const auto call = [] { (void)net::resolve("::1", "no such service", net::Use::connect); };
        CHECK(error_of(call) == std::error_code(EAI_SERVICE, net::resolver_category()));
        CHECK_THROWS_WITH(call(), Catch::Matchers::StartsWith("resolve [::1]:no such service: "));
    }
}
