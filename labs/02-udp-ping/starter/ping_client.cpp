// Sends probes to a server that returns them, and tells how long each took, and which were lost.
//
// Usage: ping_client [--host HOST] [--port N] [--count N] [--interval MS] [--timeout MS]
//                    [--size BYTES] [--reliable]

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "awaited_probes.hpp"
#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"
#include "ping_options.hpp"
#include "probe.hpp"
#include "program/todo.hpp"
#include "statistics.hpp"
#include "waiting.hpp"

/// A probe that is not answered is sent so often, if the client is to be reliable.
constexpr std::size_t most_tries = 5;

/// A UDP socket for datagrams to `server`.
net::Fd open_socket(const net::Address& server) {
    // Achieve: a UDP socket of the family of `server`.
    TODO("probe", server);

    // Achieve: it is connected: what others send is kept away, and errors are told.
    TODO("refused");
    return {};
}

/// One run of the client: when something is to be sent, waited for, given up.
class Pinger {
public:
    Pinger(const PingOptions& options, const net::Address& server)
        : options_(options),
          server_(server),
          socket_(open_socket(server)),
          id_(std::random_device()()),
          // A datagram that is longer than ours must not pass for one of ours.
          buffer_(options.size + 1) {}

    /// Sends all probes, and waits until each is answered or given up, or until somebody stops us.
    void run();

    /// Prints the end of the report. Returns whether any reply has come.
    bool finish() const;

private:
    [[nodiscard]] Clock::time_point next_moment() const;
    void send_due();
    void send_again_or_give_up();
    void send(std::uint32_t seq, Clock::duration wait);
    void transmit(std::span<const std::byte> datagram);
    void receive();
    void take(std::span<const std::byte> datagram, Clock::time_point now);
    void report(const char* call, int error) const;

    PingOptions options_;
    net::Address server_;
    net::Fd socket_;
    std::uint32_t id_;
    std::uint32_t next_seq_ = 0;
    Clock::time_point next_send_ = Clock::now();
    AwaitedProbes awaited_;
    Statistics statistics_;
    std::vector<std::byte> buffer_;
};

void Pinger::run() {
    while (next_seq_ < options_.count || awaited_.any_unanswered()) {
        if (wait_until(next_moment(), socket_.get()) == Woken::to_stop) return;
        // One datagram a turn: however many come, the clock is looked at behind each.
        receive();
        send_again_or_give_up();
        send_due();
    }
}

bool Pinger::finish() const {
    statistics_.print(std::cout, server_.to_string());
    return statistics_.any_reply();
}

/// When there is something to do, if nothing comes before.
Clock::time_point Pinger::next_moment() const {
    auto moment = Clock::time_point::max();
    if (next_seq_ < options_.count) moment = next_send_;
    return std::min(moment, awaited_.next_deadline().value_or(moment));
}

void Pinger::send_due() {
    if (next_seq_ == options_.count || Clock::now() < next_send_) return;
    send(next_seq_++, options_.timeout);
    statistics_.count_sent();
    next_send_ += options_.interval;
}

void Pinger::send_again_or_give_up() {
    // Achieve: each probe that is overdue is given up, and stdout says so.
    TODO("timeout", awaited_);

    // Achieve: if the client is to be reliable, it is sent again before, `most_tries` times in all.
    TODO("reliable", most_tries);
}

/// Sends a try of a probe, to be waited for so long.
void Pinger::send(std::uint32_t seq, Clock::duration wait) {
    const Probe probe{.id = id_, .seq = seq, .sent = Clock::now()};
    awaited_.add(probe, probe.sent + wait);
    transmit(encode(probe, options_.size));
}

void Pinger::transmit(std::span<const std::byte> datagram) {
    // Achieve: one datagram goes to the server.
    TODO("probe", socket_, datagram);

    // Achieve: an error is reported, and the datagram is sent once more.
    TODO("refused");
}

void Pinger::receive() {
    // Achieve: if a datagram is there, take() gets it. Nothing is waited for.
    TODO("timeout", socket_);

    // Achieve: what others than the server send is not taken.
    TODO("match");

    // Achieve: an error is reported.
    TODO("refused");
}

/// A datagram has come from the server. It need not be one of ours.
void Pinger::take(std::span<const std::byte> datagram, Clock::time_point now) {
    // Achieve: a reply is counted, and its line is on stdout.
    TODO("timeout", awaited_, datagram, now);

    // Achieve: what is no reply to a probe of ours is passed over; what is one again is so marked.
    TODO("match");
}

/// Says on stderr what failed and why, and goes on: UDP tells of one datagram.
void Pinger::report(const char* call, int error) const {
    std::cerr << "ping_client: " << call << ' ' << server_.to_string() << ": "
              << std::strerror(error) << '\n';
}

int main(int argc, char* argv[]) {
    const PingOptions options = parse_ping_options(argc, argv);
    try {
        hold_stop_signals();
        // Of a name the first address: with UDP no attempt would show which one works.
        const auto addresses =
            net::resolve(options.host, std::to_string(options.port), net::Use::connect);
        Pinger pinger(options, addresses.front());
        pinger.run();
        return pinger.finish() ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::cerr << "ping_client: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
