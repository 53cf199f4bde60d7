#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "harness/relays/stream_link.hpp"
#include "harness/run/test_run.hpp"
#include "net/tcp.hpp"

namespace harness {

/// A line between TCP clients and their server that spoils, cuts, and holds back. Clients connect
/// to its address; for each of them it connects to the server. It works while the test waits for
/// anything. A test in which a rule has had nothing to do has proved nothing, and is TEST_BUG.
class StreamRelay : private Source {
public:
    /// `rules` are for the connections in the order in which they come; further ones are passed as
    /// they are. A client for whom there is no server is reset. It does not count, nor
    /// does one that has gone at once.
    explicit StreamRelay(const net::Address& server, std::vector<StreamRules> rules = {});
    ~StreamRelay() override;
    StreamRelay(const StreamRelay&) = delete;
    StreamRelay& operator=(const StreamRelay&) = delete;

    /// Where clients connect to.
    [[nodiscard]] const net::Address& address() const noexcept { return address_; }

    /// Lets everything go on that is held, on all connections there are.
    void release();

    /// Bytes that were passed on, by connection.
    struct Counts {
        std::size_t to_server = 0;
        std::size_t to_client = 0;
    };
    [[nodiscard]] std::vector<Counts> connections() const;

private:
    [[nodiscard]] std::vector<Interest> interests() const override;
    bool serve() override;
    [[nodiscard]] bool in_flight() const override;
    [[nodiscard]] bool needs_quiet_loopback() const override { return true; }
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> next_moment() const override;

    bool accept();
    [[nodiscard]] std::optional<RelayEnd> connect() const;
    [[nodiscard]] std::string never_met() const;

    net::Address server_;
    std::vector<StreamRules> rules_;
    net::TcpListener door_;
    net::Address address_;
    std::deque<StreamLink> links_;
    std::chrono::microseconds pause_{};  ///< until it looks again, where no poll tells
};

}  // namespace harness
