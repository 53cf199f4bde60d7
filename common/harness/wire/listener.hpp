#pragma once

#include <optional>
#include <string>

#include "harness/wire/peer.hpp"
#include "net/tcp.hpp"

namespace harness {

/// The test's door: where a student's client is told to connect to.
class Listener : private Source {
public:
    /// At `port` of `host`, an address; 0 is any free port.
    explicit Listener(const std::string& host = "127.0.0.1", std::uint16_t port = 0);
    ~Listener() override;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] net::Address address() const { return listener_.local_address(); }
    [[nodiscard]] std::string host() const { return listener_.local_address().host(); }
    [[nodiscard]] std::uint16_t port() const { return listener_.local_address().port(); }

    /// The next client; fails when none comes.
    [[nodiscard]] Peer accept();

    /// Fails if somebody has connected.
    void expect_nobody();

private:
    [[nodiscard]] std::vector<Interest> interests() const override;
    bool serve() override;
    [[nodiscard]] bool in_flight() const override { return false; }

    net::TcpListener listener_;
    std::optional<net::TcpStream> waiting_;
};

}  // namespace harness
