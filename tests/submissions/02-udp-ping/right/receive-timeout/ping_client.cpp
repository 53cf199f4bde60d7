// Nothing but a blocking read with a time limit (SO_RCVTIMEO), which is set anew for each turn to
// the time until the next moment at which something is due, and to 100 ms at most: so a signal that
// comes between the look at its flag and the read is seen soon.

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"
#include "program/client_options.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Moment = Clock::time_point;
using namespace std::chrono_literals;

volatile std::sig_atomic_t stopped = 0;

struct Options {
    std::uint32_t count = 4;
    std::uint32_t interval = 200;
    std::uint32_t timeout = 1000;
    std::uint32_t size = 56;
    bool reliable = false;
};

struct Probe {
    unsigned tries = 0;
    bool answered = false;
    Moment deadline{};
};

class Ping {
public:
    Ping(const Options& options, const net::Address& server)
        : options_(options),
          name_(server.to_string()),
          socket_(net::check(::socket(server.family(), SOCK_DGRAM, 0), "socket")),
          out_(options.size),
          in_(65'535) {
        net::check(::connect(socket_.get(), server.data(), server.size()),
                   [&] { return "connect " + name_; });
        put(0, 4, std::random_device()());
    }

    void run();
    [[nodiscard]] bool print_end() const;

private:
    void put(std::size_t at, std::size_t bytes, std::uint64_t number);
    [[nodiscard]] std::uint64_t get(std::size_t at, std::size_t bytes) const;
    [[nodiscard]] Moment next_moment() const;
    void try_once(std::uint32_t seq);
    void read_until(Moment moment);
    void take(std::size_t size, Moment now);
    void give_up(Moment now);
    void say(const char* call) const {
        std::cerr << "ping_client: " << call << ' ' << name_ << ": " << std::strerror(errno)
                  << '\n';
    }

    Options options_;
    std::string name_;
    net::Fd socket_;
    std::vector<unsigned char> out_, in_;
    std::uint32_t sent_ = 0, unanswered_ = 0, duplicates_ = 0;
    Moment next_send_ = Clock::now();
    std::map<std::uint32_t, Probe> probes_;
    std::set<std::pair<Moment, std::uint32_t>> deadlines_;
    std::vector<double> times_;
};

void Ping::put(std::size_t at, std::size_t bytes, std::uint64_t number) {
    for (std::size_t i = 0; i < bytes; ++i) {
        out_[at + i] = static_cast<unsigned char>(number >> 8 * (bytes - 1 - i));
    }
}

std::uint64_t Ping::get(std::size_t at, std::size_t bytes) const {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i) number = number * 256 + in_[at + i];
    return number;
}

void Ping::run() {
    while (stopped == 0 && (sent_ < options_.count || unanswered_ > 0)) {
        if (sent_ < options_.count && Clock::now() >= next_send_) {
            ++unanswered_;
            try_once(sent_++);
            next_send_ += std::chrono::milliseconds(options_.interval);
        }
        read_until(next_moment());
        give_up(Clock::now());
    }
}

Moment Ping::next_moment() const {
    Moment moment = Clock::now() + 100ms;
    if (sent_ < options_.count) moment = std::min(moment, next_send_);
    if (!deadlines_.empty()) moment = std::min(moment, deadlines_.begin()->first);
    return moment;
}

void Ping::try_once(std::uint32_t seq) {
    Probe& probe = probes_[seq];
    const Moment now = Clock::now();
    probe.deadline = now + std::chrono::milliseconds(options_.timeout) * (1 << probe.tries++);
    deadlines_.emplace(probe.deadline, seq);
    put(4, 4, seq);
    put(8, 8, static_cast<std::uint64_t>(now.time_since_epoch() / 1ns));
    for (int chances = 2; chances > 0;) {
        if (::write(socket_.get(), out_.data(), out_.size()) != -1) return;
        if (errno == EINTR) continue;
        say("send");
        --chances;
    }
}

void Ping::read_until(Moment moment) {
    const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(moment - Clock::now());
    // 0 would mean: for ever.
    const timeval limit{.tv_sec = 0, .tv_usec = std::clamp<long>(rest.count(), 1, 100'000)};
    ssize_t n = 0;
    if (rest <= 0us) {
        n = ::recv(socket_.get(), in_.data(), in_.size(), MSG_DONTWAIT);
    } else {
        net::check(::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit),
                   "setsockopt");
        n = ::read(socket_.get(), in_.data(), in_.size());
    }
    if (n != -1) {
        take(static_cast<std::size_t>(n), Clock::now());
    } else if (errno != EAGAIN && errno != EINTR) {
        say("receive");
    }
}

void Ping::take(std::size_t size, Moment now) {
    if (size != options_.size || !std::equal(out_.begin(), out_.begin() + 4, in_.begin())) return;
    const auto seq = static_cast<std::uint32_t>(get(4, 4));
    const auto found = probes_.find(seq);
    if (found == probes_.end()) return;
    const bool again = std::exchange(found->second.answered, true);
    const auto sent = std::chrono::nanoseconds(static_cast<std::int64_t>(get(8, 8)));
    const std::chrono::duration<double, std::milli> time = now.time_since_epoch() - sent;
    std::printf("%u bytes from %s: seq=%u time=%.3f ms%s\n", options_.size, name_.c_str(), seq,
                time.count(), again ? " (DUP!)" : "");
    if (again) {
        ++duplicates_;
    } else {
        times_.push_back(time.count());
        --unanswered_;
    }
}

void Ping::give_up(Moment now) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const std::uint32_t seq = deadlines_.begin()->second;
        deadlines_.erase(deadlines_.begin());
        const Probe& probe = probes_.at(seq);
        if (!probe.answered && options_.reliable && probe.tries < 5) {
            try_once(seq);
            continue;
        }
        if (!probe.answered) {
            std::printf("no reply: seq=%u\n", seq);
            --unanswered_;
        }
        probes_.erase(seq);
    }
}

bool Ping::print_end() const {
    const std::uint64_t lost = sent_ - times_.size();
    std::printf("--- %s ping statistics ---\n%u sent, %zu received, %u duplicate%s, %llu%% loss\n",
                name_.c_str(), sent_, times_.size(), duplicates_, duplicates_ == 1 ? "" : "s",
                static_cast<unsigned long long>(sent_ == 0 ? 0 : lost * 100 / sent_));
    if (times_.empty()) return false;
    const auto n = static_cast<double>(times_.size());
    const double mean = std::accumulate(times_.begin(), times_.end(), 0.0) / n;
    double squares = 0;
    for (const double time : times_) squares += (time - mean) * (time - mean);
    const auto [least, greatest] = std::minmax_element(times_.begin(), times_.end());
    std::printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", *least, mean, *greatest,
                std::sqrt(squares / n));
    return true;
}

}  // namespace

int main(int argc, char* argv[]) try {
    Options options;
    const auto [host, port] = program::parse_client_options(
        argc, argv, "Measures how long datagrams take, with a time limit.", 5051,
        {.numbers = {{"--count", "probes", 1, 1'000'000, &options.count},
                     {"--interval", "ms between probes", 0, 3'600'000, &options.interval},
                     {"--timeout", "ms to wait for a reply", 1, 3'600'000, &options.timeout},
                     {"--size", "bytes of a probe", 16, 65'507, &options.size}},
         .flags = {{"--reliable", "send again what is not answered", &options.reliable}}});
    std::setvbuf(stdout, nullptr, _IOLBF, 1024);  // each line leaves as soon as it ends
    struct sigaction action {};
    action.sa_handler = [](int) { stopped = 1; };
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);

    Ping ping(options, net::resolve(host, std::to_string(port), net::Use::connect).front());
    ping.run();
    return ping.print_end() ? 0 : 1;
} catch (const std::exception& e) {
    std::cerr << "ping_client: " << e.what() << '\n';
    return 1;
}
