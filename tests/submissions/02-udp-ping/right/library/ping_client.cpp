// As short as the course's library makes it: recv_until waits for the next deadline, in slices of
// 100 ms, so that a signal is seen soon whenever it comes: it does not interrupt the library.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "net/udp.hpp"
#include "program/client_options.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

volatile std::sig_atomic_t stopped = 0;

struct Options {
    std::uint32_t count = 4, interval = 200, timeout = 1000, size = 56;
    bool reliable = false;
};

/// Numbers in a probe have the most significant byte first.
void put(std::span<std::byte> probe, std::size_t at, std::size_t size, std::uint64_t number) {
    for (std::size_t i = at + size; i-- > at; number >>= 8) probe[i] = std::byte(number & 0xff);
}

std::uint64_t get(std::span<const std::byte> probe, std::size_t at, std::size_t size) {
    std::uint64_t number = 0;
    for (const std::byte b : probe.subspan(at, size))
        number = number << 8 | std::to_integer<int>(b);
    return number;
}

class Ping {
public:
    Ping(const std::string& host, std::uint16_t port, const Options& options)
        : options_(options), socket_(net::UdpSocket::connect(host, std::to_string(port))) {}

    void run() {
        auto next_send = Clock::now();
        while (stopped == 0 && (sent_ < options_.count || unanswered_ > 0)) {
            if (sent_ < options_.count && Clock::now() >= next_send) {
                next_send += Milliseconds(options_.interval);
                ++unanswered_;
                send(sent_++);
            }
            auto moment = Clock::now() + Milliseconds(100);
            if (sent_ < options_.count) moment = std::min(moment, next_send);
            if (!deadlines_.empty()) moment = std::min(moment, deadlines_.begin()->first);
            receive(moment);
            give_up(Clock::now());
        }
    }
    [[nodiscard]] bool print_end() const;

private:
    struct Probe {
        unsigned tries = 0;
        bool answered = false;
    };

    void send(std::uint32_t seq);
    void receive(Clock::time_point deadline);
    void take(std::span<const std::byte> reply, Clock::time_point now);
    void give_up(Clock::time_point now);
    void say(const std::system_error& e) const { std::cerr << "ping_client: " << e.what() << '\n'; }

    Options options_;
    net::UdpSocket socket_;
    std::string server_ = socket_.peer_address().to_string();
    std::uint32_t id_ = std::random_device()(), sent_ = 0, unanswered_ = 0, duplicates_ = 0;
    std::map<std::uint32_t, Probe> probes_;  // those that are under way
    std::multimap<Clock::time_point, std::uint32_t> deadlines_;
    std::vector<double> times_;
    std::vector<std::byte> buffer_ = std::vector<std::byte>(65'536);
};

void Ping::send(std::uint32_t seq) {
    const auto now = Clock::now();
    deadlines_.emplace(now + Milliseconds(options_.timeout) * (1 << probes_[seq].tries++), seq);
    std::vector<std::byte> probe(options_.size);
    put(probe, 0, 4, id_);
    put(probe, 4, 4, seq);
    put(probe, 8, 8, static_cast<std::uint64_t>(now.time_since_epoch().count()));
    for (int chances = 2; chances > 0; --chances) {
        try {
            return socket_.send(probe);
        } catch (const std::system_error& e) {
            say(e);
        }
    }
}

void Ping::receive(Clock::time_point deadline) {
    try {
        // Not recv_until alone: from its deadline on it takes nothing, though much may have come.
        auto reply = socket_.try_recv(buffer_);
        if (!reply) reply = socket_.recv_until(buffer_, deadline);
        if (reply) take(reply->data, Clock::now());
    } catch (const std::system_error& e) {
        say(e);
    }
}

void Ping::take(std::span<const std::byte> reply, Clock::time_point now) {
    if (reply.size() != options_.size || get(reply, 0, 4) != id_) return;
    const auto found = probes_.find(static_cast<std::uint32_t>(get(reply, 4, 4)));
    if (found == probes_.end()) return;
    const std::chrono::nanoseconds sent(static_cast<std::int64_t>(get(reply, 8, 8)));
    const std::chrono::duration<double, std::milli> time = now.time_since_epoch() - sent;
    const bool again = std::exchange(found->second.answered, true);
    std::printf("%u bytes from %s: seq=%u time=%.3f ms%s\n", options_.size, server_.c_str(),
                found->first, time.count(), again ? " (DUP!)" : "");
    if (again) {
        ++duplicates_;
        return;
    }
    --unanswered_;
    times_.push_back(time.count());
}

void Ping::give_up(Clock::time_point now) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const std::uint32_t seq = deadlines_.extract(deadlines_.begin()).mapped();
        const Probe probe = probes_[seq];
        if (!probe.answered && options_.reliable && probe.tries < 5) {
            send(seq);
            continue;
        }
        probes_.erase(seq);
        if (probe.answered) continue;
        --unanswered_;
        std::printf("no reply: seq=%u\n", seq);
    }
}

bool Ping::print_end() const {
    const std::size_t lost = sent_ - times_.size();
    std::printf("--- %s ping statistics ---\n%u sent, %zu received, %u duplicate%s, %zu%% loss\n",
                server_.c_str(), sent_, times_.size(), duplicates_, duplicates_ == 1 ? "" : "s",
                sent_ == 0 ? 0 : 100 * lost / sent_);
    if (times_.empty()) return false;
    const auto n = static_cast<double>(times_.size());
    const double mean = std::accumulate(times_.begin(), times_.end(), 0.0) / n;
    const auto add_square = [&](double sum, double x) { return sum + (x - mean) * (x - mean); };
    const double squares = std::accumulate(times_.begin(), times_.end(), 0.0, add_square);
    const auto [least, greatest] = std::minmax_element(times_.begin(), times_.end());
    std::printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", *least, mean, *greatest,
                std::sqrt(squares / n));
    return true;
}

}  // namespace

int main(int argc, char* argv[]) try {
    Options options;
    const auto [host, port] = program::parse_client_options(
        argc, argv, "Measures how long datagrams take, by the library.", 5051,
        {.numbers = {{"--count", "probes", 1, 1'000'000, &options.count},
                     {"--interval", "ms between probes", 0, 3'600'000, &options.interval},
                     {"--timeout", "ms to wait for a reply", 1, 3'600'000, &options.timeout},
                     {"--size", "bytes of a probe", 16, 65'507, &options.size}},
         .flags = {{"--reliable", "send again what is not answered", &options.reliable}}});
    std::setvbuf(stdout, nullptr, _IOLBF, 1024);  // each line leaves as soon as it ends
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { stopped = 1; });

    Ping ping(host, port, options);
    ping.run();
    return ping.print_end() ? 0 : 1;
} catch (const std::exception& e) {
    std::cerr << "ping_client: " << e.what() << '\n';
    return 1;
}
