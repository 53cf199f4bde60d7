// Everything is a descriptor, in one epoll: the socket, a timerfd for the next probe, a timerfd for
// the next deadline, a signalfd. Each has a function that deals with it. The timers are given
// moments, not times that are left (TFD_TIMER_ABSTIME).

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <deque>
#include <exception>
#include <iostream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"
#include "program/client_options.hpp"

namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t most_tries = 5;

std::int64_t now() {
    timespec time{};
    net::check(::clock_gettime(CLOCK_MONOTONIC, &time), "clock_gettime");
    return time.tv_sec * ns_per_s + time.tv_nsec;
}

struct Options {
    std::uint32_t count = 4;
    std::uint32_t interval = 200;
    std::uint32_t timeout = 1000;
    std::uint32_t size = 56;
    bool reliable = false;
};

/// A descriptor that can be read from a moment of CLOCK_MONOTONIC on.
class Timer {
public:
    Timer() : fd_(net::check(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), "timerfd_create")) {}

    /// A moment that has passed comes at once.
    void set(std::int64_t moment) {
        itimerspec when{};  // zeros: never
        if (moment != never) {
            when.it_value.tv_sec = moment / ns_per_s;
            when.it_value.tv_nsec = moment % ns_per_s;
        }
        net::check(::timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME, &when, nullptr),
                   "timerfd_settime");
    }
    [[nodiscard]] int fd() const { return fd_.get(); }

private:
    net::Fd fd_;
};

class Statistics {
public:
    /// Welford's way: the mean and the squared differences so far, without the times themselves.
    void add(double time) {
        ++received;
        least_ = std::min(least_, time);
        greatest_ = std::max(greatest_, time);
        const double difference = time - mean_;
        mean_ += difference / static_cast<double>(received);
        squares_ += difference * (time - mean_);
    }
    void print(const std::string& server) const {
        std::printf("--- %s ping statistics ---\n", server.c_str());
        const std::uint64_t loss = sent == 0 ? 0 : (sent - received) * 100 / sent;
        std::printf("%ju sent, %ju received, %ju %s, %ju%% loss\n", sent, received, duplicates,
                    duplicates == 1 ? "duplicate" : "duplicates", loss);
        if (received > 0) {
            std::printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", least_, mean_, greatest_,
                        std::sqrt(squares_ / static_cast<double>(received)));
        }
        std::fflush(stdout);
    }

    std::uintmax_t sent = 0, received = 0, duplicates = 0;

private:
    double least_ = std::numeric_limits<double>::max(), greatest_ = 0, mean_ = 0, squares_ = 0;
};

net::Fd open_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGINT);
    ::sigaddset(&set, SIGTERM);
    net::check(::sigprocmask(SIG_BLOCK, &set, nullptr), "sigprocmask");
    return net::Fd(net::check(::signalfd(-1, &set, SFD_CLOEXEC), "signalfd"));
}

net::Fd open_socket(const net::Address& server) {
    net::Fd socket(net::check(::socket(server.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
    net::check(::connect(socket.get(), server.data(), server.size()),
               [&] { return "connect " + server.to_string(); });
    return socket;
}

class Ping {
public:
    Ping(const Options& options, const net::Address& server)
        : options_(options),
          name_(server.to_string()),
          socket_(open_socket(server)),
          epoll_(net::check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
          out_(options.size),
          in_(options.size + 1) {
        put(&out_[0], id_, 4);
        for (const int fd : {socket_.get(), signals_.get(), next_.fd(), deadline_.fd()}) {
            epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
            net::check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
        }
    }

    void run();
    Statistics statistics;
    [[nodiscard]] const std::string& server() const { return name_; }

private:
    struct Probe {
        std::vector<std::int64_t> tries;
        bool answered = false, over = false;
    };
    struct Deadline {
        std::int64_t moment;
        std::uint32_t seq;
    };

    static void put(unsigned char* to, std::uint64_t number, int bytes) {
        for (int i = bytes - 1; i >= 0; --i, number /= 256) {
            to[i] = static_cast<unsigned char>(number % 256);
        }
    }
    static std::uint64_t get(const unsigned char* from, int bytes) {
        std::uint64_t number = 0;
        for (int i = 0; i < bytes; ++i) number = number * 256 + from[i];
        return number;
    }
    [[nodiscard]] bool goes_on() const {
        return statistics.sent < options_.count || unanswered_ > 0;
    }
    void deal_with(int fd);
    void probe();
    void receive();
    void take();
    void look_at_deadlines();
    void transmit(std::uint32_t seq);
    void set_deadline_timer();
    void say(const char* call) const {
        std::cerr << "ping_client: " << call << ' ' << name_ << ": " << std::strerror(errno)
                  << '\n';
    }

    Options options_;
    std::string name_;
    net::Fd socket_, epoll_, signals_ = open_signals();
    Timer next_, deadline_;
    std::uint32_t id_ = std::random_device()();
    std::vector<unsigned char> out_, in_;
    std::int64_t next_send_ = now();
    std::uint32_t unanswered_ = 0;
    bool stopped_ = false;
    std::vector<Probe> probes_;
    /// By the number of tries before: what is waited for equally long is due in its order.
    std::array<std::deque<Deadline>, most_tries> deadlines_;
};

void Ping::run() {
    next_.set(next_send_);
    while (!stopped_ && goes_on()) {
        std::array<epoll_event, 4> events{};
        const int n = net::retry_on_eintr(
            [&] { return ::epoll_wait(epoll_.get(), events.data(), events.size(), -1); });
        net::check(n, "epoll_wait");
        // What has come is taken before anything is given up.
        for (int i = 0; i < n; ++i) {
            if (events[static_cast<std::size_t>(i)].data.fd == socket_.get()) receive();
        }
        for (int i = 0; i < n; ++i) deal_with(events[static_cast<std::size_t>(i)].data.fd);
    }
}

void Ping::deal_with(int fd) {
    if (fd == signals_.get()) stopped_ = true;
    if (stopped_ || fd == socket_.get()) return;
    if (fd == next_.fd()) probe();
    if (fd == deadline_.fd()) look_at_deadlines();
}

void Ping::probe() {
    probes_.emplace_back();
    ++unanswered_;
    transmit(static_cast<std::uint32_t>(statistics.sent++));
    next_send_ += options_.interval * ns_per_ms;
    next_.set(statistics.sent < options_.count ? next_send_ : never);
    set_deadline_timer();
}

void Ping::transmit(std::uint32_t seq) {
    auto& tries = probes_[seq].tries;
    const std::int64_t sent = now();
    deadlines_[tries.size()].push_back(
        {.moment = sent + (options_.timeout * ns_per_ms << tries.size()), .seq = seq});
    tries.push_back(sent);
    put(&out_[4], seq, 4);
    put(&out_[8], static_cast<std::uint64_t>(sent), 8);
    for (int chances = 2; chances > 0; --chances) {
        const auto n =
            net::retry_on_eintr([&] { return ::send(socket_.get(), out_.data(), out_.size(), 0); });
        if (n != -1) return;
        say("send");
    }
}

void Ping::receive() {
    const auto n = net::retry_on_eintr(
        [&] { return ::recv(socket_.get(), in_.data(), in_.size(), MSG_DONTWAIT); });
    if (n == static_cast<ssize_t>(options_.size)) take();
    if (n == -1 && errno != EAGAIN) say("recv");
}

void Ping::take() {
    const std::int64_t moment = now();
    const std::uint64_t seq = get(&in_[4], 4);
    const auto sent = static_cast<std::int64_t>(get(&in_[8], 8));
    if (get(&in_[0], 4) != id_ || seq >= statistics.sent) return;
    Probe& probe = probes_[seq];
    if (probe.over) return;
    const double time = static_cast<double>(moment - sent) / ns_per_ms;
    std::printf("%u bytes from %s: seq=%ju time=%.3f ms%s\n", options_.size, name_.c_str(),
                static_cast<std::uintmax_t>(seq), time, probe.answered ? " (DUP!)" : "");
    std::fflush(stdout);
    if (probe.answered) {
        ++statistics.duplicates;
    } else {
        probe.answered = true;
        --unanswered_;
        statistics.add(time);
    }
}

void Ping::look_at_deadlines() {
    const std::int64_t moment = now();
    for (auto& queue : deadlines_) {
        while (!queue.empty() && queue.front().moment <= moment) {
            const std::uint32_t seq = queue.front().seq;
            queue.pop_front();
            Probe& probe = probes_[seq];
            if (!probe.answered && options_.reliable && probe.tries.size() < most_tries) {
                transmit(seq);
                continue;
            }
            probe.over = true;
            if (probe.answered) continue;
            --unanswered_;
            std::printf("no reply: seq=%u\n", seq);
            std::fflush(stdout);
        }
    }
    set_deadline_timer();
}

void Ping::set_deadline_timer() {
    std::int64_t moment = never;
    for (const auto& queue : deadlines_) {
        if (!queue.empty()) moment = std::min(moment, queue.front().moment);
    }
    deadline_.set(moment);
}

}  // namespace

int main(int argc, char* argv[]) try {
    Options options;
    const auto [host, port] = program::parse_client_options(
        argc, argv, "Measures how long datagrams take, with epoll and timerfd.", 5051,
        {.numbers = {{"--count", "probes", 1, 1'000'000, &options.count},
                     {"--interval", "ms between probes", 0, 3'600'000, &options.interval},
                     {"--timeout", "ms to wait for a reply", 1, 3'600'000, &options.timeout},
                     {"--size", "bytes of a probe", 16, 65'507, &options.size}},
         .flags = {{"--reliable", "send again what is not answered", &options.reliable}}});
    Ping ping(options, net::resolve(host, std::to_string(port), net::Use::connect).front());
    ping.run();
    ping.statistics.print(ping.server());
    return ping.statistics.received > 0 ? 0 : 1;
} catch (const std::exception& e) {
    std::cerr << "ping_client: " << e.what() << '\n';
    return 1;
}
