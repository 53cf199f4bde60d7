#pragma once

#include <vector>

#include "harness/run/test_run.hpp"
#include "harness/wire/datagram_socket.hpp"

namespace pinging {

/// A server that returns every datagram at once, as it has come, while the test waits for anything.
class Returner : private harness::Source {
public:
    Returner();
    ~Returner() override;
    Returner(const Returner&) = delete;
    Returner& operator=(const Returner&) = delete;

    [[nodiscard]] const net::Address& address() const noexcept { return address_; }

private:
    [[nodiscard]] std::vector<Interest> interests() const override;
    bool serve() override;
    [[nodiscard]] bool in_flight() const override { return socket_.has_news(); }
    [[nodiscard]] bool needs_quiet_loopback() const override { return true; }

    harness::DatagramSocket socket_;
    net::Address address_;
};

}  // namespace pinging
