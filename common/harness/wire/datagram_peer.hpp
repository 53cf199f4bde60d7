#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/test_run.hpp"
#include "harness/run/wait.hpp"
#include "harness/wire/datagram_socket.hpp"

namespace harness {

/// The test's side of UDP: a client of a student's server, or the door that a student's client is
/// told to send to. It takes whatever comes while the test waits for anything. Its checks end the
/// test when they fail.
class DatagramPeer : private Source {
public:
    /// A door at `port` of `host`, an address; 0 is any free port. Whoever sends to it is welcome.
    explicit DatagramPeer(const std::string& host = "127.0.0.1", std::uint16_t port = 0);

    /// A client of this server, at a free port. Datagrams from anybody else are wrong.
    explicit DatagramPeer(const net::Address& server);

    ~DatagramPeer() override;
    DatagramPeer(const DatagramPeer&) = delete;
    DatagramPeer& operator=(const DatagramPeer&) = delete;

    [[nodiscard]] const net::Address& address() const noexcept { return address_; }
    [[nodiscard]] std::string host() const { return address_.host(); }
    [[nodiscard]] std::uint16_t port() const noexcept { return address_.port(); }

    /// Sends one datagram: a client to its server, a door to whom the datagram taken last came
    /// from.
    void send(std::span<const std::byte> data);
    void send(std::string_view text);

    /// The same to anybody.
    void send_to(const net::Address& to, std::span<const std::byte> data);
    void send_to(const net::Address& to, std::string_view text);

    /// Sends one datagram so many times, as fast as it can; those that find no room are lost.
    /// Floods that follow each other are told as one.
    void flood(const net::Address& to, std::span<const std::byte> data, std::size_t times);

    /// Closes the socket: from now on its port refuses (ICMP). reopen() opens it again, at the same
    /// port.
    void close();
    void reopen();

    /// The next datagram, whatever it is; fails when none comes.
    [[nodiscard]] Datagram next();
    /// The next one of this sender; those of others stay for later.
    [[nodiscard]] Datagram next_from(const net::Address& sender);

    /// Fails unless exactly this datagram comes next.
    void expect(std::span<const std::byte> expected);
    void expect(std::string_view text);
    /// The same for the next one of this sender; those of others stay for later.
    void expect_from(const net::Address& sender, std::span<const std::byte> expected);
    void expect_from(const net::Address& sender, std::string_view text);

    /// Fails unless exactly these datagrams come next, in any order: UDP promises none.
    void expect_in_any_order(std::vector<Bytes> expected);

    /// Fails if a datagram comes, or has come, that has not been expected. Silence is proven: every
    /// thread of the program sleeps, and nothing is on the way.
    void expect_nothing_more();

private:
    [[nodiscard]] std::vector<Interest> interests() const override;
    bool serve() override;
    [[nodiscard]] bool in_flight() const override;
    [[nodiscard]] bool needs_quiet_loopback() const override { return socket_.has_value(); }

    using Sender = std::optional<net::Address>;  ///< empty: anybody

    void enter();
    bool receive();
    bool receive_refusals();
    [[nodiscard]] bool overflows() const;
    [[nodiscard]] std::size_t find(const Sender& sender) const;
    [[nodiscard]] Waited await(const Sender& sender);
    [[nodiscard]] Datagram take(const Sender& sender, const std::string& missing);
    void expect_all(const Sender& sender, std::vector<Bytes> expected);
    void say(Transcript::Side side, const std::string& what) const;

    [[nodiscard]] std::string came() const { return server_ ? "came back" : "came"; }
    [[noreturn]] void fail_to_receive(const std::string& missing, Waited how) const;
    [[noreturn]] void fail_of_sender(const Datagram& datagram) const;
    [[noreturn]] void fail_of_difference(const Sender& sender, const std::vector<Bytes>& expected,
                                         const Bytes& got);
    [[noreturn]] void fail_of_too_many() const;
    [[noreturn]] void fail_as_explained(Failure failure) const;

    std::optional<net::Address> server_;  ///< empty: we are a door
    std::optional<DatagramSocket> socket_;
    net::Address address_;
    std::string label_;
    Sender told_;   ///< whom the transcript has named last
    Sender taken_;  ///< whom the datagram taken last came from
    std::deque<Datagram> inbox_;
    std::size_t inbox_bytes_ = 0;
    std::vector<Bytes> sent_;      ///< and not yet answered by the same
    std::vector<Bytes> answered_;  ///< what checks have taken
    std::vector<net::Address> refused_;
    std::size_t flood_ = Transcript::none;  ///< its number in the transcript
    std::size_t flooded_ = 0;               ///< datagrams of it
};

/// A port that is free for UDP at this address now; as free_port().
[[nodiscard]] std::uint16_t free_datagram_port(const std::string& host);

}  // namespace harness
