#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/programs/process.hpp"
#include "harness/wire/datagram_peer.hpp"
#include "harness/wire/listener.hpp"
#include "harness/wire/peer.hpp"

namespace harness {

/// A student's server that has announced where it listens.
class Server {
public:
    /// Starts it and waits for its line `listening on ADDRESS:PORT`; fails unless that comes.
    explicit Server(StartOptions options);

    /// Where it says that it listens.
    [[nodiscard]] const net::Address& address() const noexcept { return address_; }

    /// A new connection; fails when nobody takes it.
    [[nodiscard]] Peer connect() { return Peer(connect_stream()); }
    [[nodiscard]] net::TcpStream connect_stream();

    /// A new client that sends datagrams to it.
    [[nodiscard]] DatagramPeer datagram_client() const { return DatagramPeer(address_); }

    /// Fails unless it has announced this address.
    void expect_address(const std::string& host, std::uint16_t port);
    /// Fails unless it has announced this host, at whatever port.
    void expect_host(const std::string& host);
    void expect_other_address_than(const Server& other);

    [[nodiscard]] Process& process() noexcept { return process_; }

private:
    [[nodiscard]] net::Address await_announcement();

    Process process_;
    net::Address address_;
};

/// A program of the lab, by its name in lab.json: `Program("echo_server").listen()`.
class Program {
public:
    explicit Program(std::string name) : name_(std::move(name)) {}

    /// The same program, which these faults befall.
    [[nodiscard]] Program with(Faults faults) const {
        Program program = *this;
        program.faults_ = std::move(faults);
        return program;
    }

    /// The same program, which may use no more than this.
    [[nodiscard]] Program with(Limits limits) const {
        Program program = *this;
        program.limits_ = limits;
        return program;
    }

    /// Starts it as a server, at a free port unless the arguments say otherwise.
    [[nodiscard]] Server listen(std::vector<std::string> arguments = {"--port", "0"}) const {
        return Server({.name = name_,
                       .arguments = std::move(arguments),
                       .faults = faults_,
                       .limits = limits_,
                       .only_announces = true});
    }

    /// Starts it as a client of a test's door, with a pipe to its stdin: a Listener, a
    /// DatagramPeer, a relay. `more` are further arguments.
    template <typename Door>
    requires requires(const Door& door) { door.address(); }
    [[nodiscard]] Process connect_to(const Door& door, std::vector<std::string> more = {}) const {
        const net::Address address = door.address();
        return connect_to(address.host(), address.port(), std::move(more));
    }
    [[nodiscard]] Process connect_to(const std::string& host, std::uint16_t port,
                                     std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"--host", host, "--port", std::to_string(port)};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Process({.name = name_,
                        .arguments = std::move(arguments),
                        .input = true,
                        .faults = faults_,
                        .limits = limits_});
    }

    /// Starts it, with nothing on stdin.
    [[nodiscard]] Process run(std::vector<std::string> arguments) const {
        return Process({.name = name_,
                        .arguments = std::move(arguments),
                        .faults = faults_,
                        .limits = limits_});
    }

private:
    std::string name_;
    Faults faults_;
    Limits limits_;
};

/// Fails if anybody can be connected to there.
void expect_refused(const std::string& host, std::uint16_t port);

/// 127.x.y.z, drawn from the seed: an address of this machine that no other program is likely to
/// use (RFC 1122, 3.2.1.3; on Linux all of 127.0.0.0/8 is local).
[[nodiscard]] std::string random_loopback_host();

/// A port that is free at this address now. On a random loopback host nobody else is likely to take
/// it before the program that is told to.
[[nodiscard]] std::uint16_t free_port(const std::string& host);

}  // namespace harness
