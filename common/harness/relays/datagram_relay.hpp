#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "harness/relays/datagram_lane.hpp"
#include "harness/relays/datagram_rules.hpp"
#include "harness/run/test_run.hpp"
#include "harness/wire/datagram_socket.hpp"

namespace harness {

/// What becomes of datagrams, by direction; without a rule they are passed.
struct DatagramRules {
    DatagramRule to_server{};
    DatagramRule to_client{};
};

/// A line between UDP clients and their server that loses, repeats, delays, reorders and spoils
/// datagrams. Clients send to its address. For each of them it has a socket towards the server,
/// which can so tell them apart. It works while the test waits for anything. A test in which a rule
/// has had nothing to do has proved nothing, and is TEST_BUG.
class DatagramRelay : private Source {
public:
    explicit DatagramRelay(const net::Address& server, DatagramRules rules = {});
    ~DatagramRelay() override;
    DatagramRelay(const DatagramRelay&) = delete;
    DatagramRelay& operator=(const DatagramRelay&) = delete;

    /// Where clients send to.
    [[nodiscard]] const net::Address& address() const noexcept { return address_; }

    /// What has been done so far, by direction and for all clients together.
    [[nodiscard]] const DatagramCounts& to_server() const noexcept { return to_server_; }
    [[nodiscard]] const DatagramCounts& to_client() const noexcept { return to_client_; }

    /// How many clients have sent something.
    [[nodiscard]] std::size_t clients() const noexcept { return clients_.size(); }

private:
    struct Client {
        Client(DatagramRelay& relay, const net::Address& from, std::size_t number);

        net::Address address;
        DatagramSocket socket;
        DatagramLane to_server;
        DatagramLane to_client;
    };

    [[nodiscard]] std::vector<Interest> interests() const override;
    bool serve() override;
    [[nodiscard]] bool in_flight() const override;
    [[nodiscard]] bool needs_quiet_loopback() const override { return true; }
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> next_moment() const override;

    bool take_from_clients();
    bool take_from_server(Client& client);
    [[nodiscard]] Client& client_at(const net::Address& address);
    [[nodiscard]] std::string never_met() const;
    [[nodiscard]] std::size_t lost_by_kernel() const;

    net::Address server_;
    DatagramRules rules_;
    DatagramSocket door_;
    net::Address address_;
    DatagramCounts to_server_;
    DatagramCounts to_client_;
    std::deque<Client> clients_;  // each stays where it is: its lanes know its socket
};

}  // namespace harness
