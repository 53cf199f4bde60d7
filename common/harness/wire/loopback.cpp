#include "harness/wire/loopback.hpp"

#include <poll.h>
#include <sched.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "harness/wire/datagram_peer.hpp"
#include "harness/wire/datagram_socket.hpp"
#include "net/error.hpp"

namespace harness {
namespace {

/// The cores that a thread may run on (sched_setaffinity(2)).
class Cores {
public:
    static constexpr int most = 8192;  // as many as Linux can be built for (CONFIG_NR_CPUS)

    Cores() : set_(CPU_ALLOC(most)) { CPU_ZERO_S(size(), set_.get()); }

    [[nodiscard]] static Cores allowed() {
        Cores cores;
        net::check(::sched_getaffinity(0, size(), cores.set_.get()), "sched_getaffinity");
        return cores;
    }
    [[nodiscard]] static Cores only(int core) {
        Cores cores;
        CPU_SET_S(static_cast<std::size_t>(core), size(), cores.set_.get());
        return cores;
    }

    [[nodiscard]] int count() const { return CPU_COUNT_S(size(), set_.get()); }
    [[nodiscard]] bool has(int core) const {
        return CPU_ISSET_S(static_cast<std::size_t>(core), size(), set_.get());
    }

    /// Whether we run on these alone from now on: a core may have gone meanwhile.
    [[nodiscard]] bool take() const { return ::sched_setaffinity(0, size(), set_.get()) == 0; }

private:
    struct Free {
        void operator()(cpu_set_t* set) const noexcept { CPU_FREE(set); }
    };
    [[nodiscard]] static std::size_t size() { return CPU_ALLOC_SIZE(most); }

    std::unique_ptr<cpu_set_t, Free> set_;
};

/// A socket that writes to itself.
class Echo {
public:
    /// Returns when a datagram has gone once round.
    void go_round() {
        ++number_;
        const auto data = std::as_bytes(std::span(&number_, 1));
        constexpr int tries = 10;
        for (int i = 0; i < tries; ++i) {
            socket_.send(address_, data);
            if (has_come_back(data)) return;
        }
        throw std::runtime_error("the loopback interface of this machine carries no datagrams");
    }

private:
    /// False if it was lost: a core throws away what it has no room for
    /// (net.core.netdev_max_backlog).
    [[nodiscard]] bool has_come_back(std::span<const std::byte> data) {
        constexpr int patience_ms = 1000;
        pollfd set{.fd = socket_.fd(), .events = POLLIN, .revents = 0};
        while (net::check(net::retry_on_eintr([&] { return ::poll(&set, 1, patience_ms); }),
                          "poll") == 1) {
            const auto datagram = socket_.try_receive();
            // An earlier one, sent again because it was late, proves nothing.
            if (datagram && datagram->data.size() == data.size() &&
                std::memcmp(datagram->data.data(), data.data(), data.size()) == 0)
                return true;
        }
        return false;
    }

    DatagramSocket socket_{net::resolve("127.0.0.1", "0", net::Use::listen).front()};
    net::Address address_ = socket_.address();
    unsigned number_ = 0;
};

}  // namespace

net::Address loopback_beside(const net::Address& other, std::uint16_t port) {
    const std::string host = other.family() == AF_INET ? "127.0.0.1" : "::1";
    return net::resolve(host, std::to_string(port), net::Use::listen).front();
}

net::Address reachable(const net::Address& server) {
    const bool everywhere = server.host() == "0.0.0.0" || server.host() == "::";
    return everywhere ? loopback_beside(server, server.port()) : server;
}

void need_ipv6() {
    try {
        (void)free_datagram_port("::1");
    } catch (const std::system_error& e) {
        SKIP("this machine has no IPv6 loopback: " << e.what());
    }
}

void await_loopback() {
    static Echo echo;
    const Cores before = Cores::allowed();
    int left = before.count();
    for (int core = 0; left > 0; ++core) {
        if (!before.has(core)) continue;
        --left;
        if (!Cores::only(core).take()) continue;
        echo.go_round();
        echo.go_round();  // what was said to the datagrams that have just come, a refusal perhaps
    }
    (void)before.take();
}

}  // namespace harness
