// The socket is never connected. It asks to be told of errors all the same (IP_RECVERR, ip(7)):
// they wait in a queue of their own, with the datagram that each is about, and are fetched with
// MSG_ERRQUEUE. Every datagram is compared with the server's address.

#include <netinet/in.h>
// Behind netinet/in.h, which has the same names.
#include <linux/errqueue.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"
#include "program/client_options.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t most_tries = 5;

volatile std::sig_atomic_t stopped = 0;

struct Options {
    std::uint32_t count = 4;
    std::uint32_t interval = 200;
    std::uint32_t timeout = 1000;
    std::uint32_t size = 56;
    bool reliable = false;
};

void append(Bytes& bytes, std::uint64_t number, unsigned bits) {
    while (bits > 0) {
        bits -= 8;
        bytes.push_back(static_cast<std::uint8_t>(number >> bits));
    }
}

std::uint64_t number_in(const Bytes& bytes, std::size_t first, std::size_t last) {
    std::uint64_t number = 0;
    for (std::size_t i = first; i <= last; ++i) number = number << 8 | bytes[i];
    return number;
}

/// An unconnected socket that is told of errors.
class Door {
public:
    explicit Door(const net::Address& server)
        : server_(server),
          fd_(net::check(::socket(server.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")) {
        const int on = 1;
        const bool v4 = server.family() == AF_INET;
        net::check(::setsockopt(fd_.get(), v4 ? IPPROTO_IP : IPPROTO_IPV6,
                                v4 ? IP_RECVERR : IPV6_RECVERR, &on, sizeof on),
                   "setsockopt");
    }

    /// Waits until something has come, or a signal, or until `moment`.
    [[nodiscard]] short wait_until(Clock::time_point moment, const sigset_t& signals) const {
        const auto rest = std::max(moment - Clock::now(), Clock::duration::zero());
        const auto seconds = std::chrono::floor<std::chrono::seconds>(rest);
        const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (rest - seconds).count()};
        pollfd interest{.fd = fd_.get(), .events = POLLIN, .revents = 0};
        if (::ppoll(&interest, 1, &limit, &signals) == -1 && errno != EINTR) {
            net::throw_errno("ppoll");
        }
        return interest.revents;
    }

    /// An error is reported, and the datagram sent once more.
    void send(const Bytes& datagram) const {
        for (int chances = 2; chances > 0; --chances) {
            const auto n = net::retry_on_eintr([&] {
                return ::sendto(fd_.get(), datagram.data(), datagram.size(), 0, server_.data(),
                                server_.size());
            });
            if (n != -1) return;
            report("sendto", errno);
        }
    }

    /// A datagram of the server, if there is one; of others none is.
    [[nodiscard]] std::optional<Bytes> receive(std::size_t room) const {
        Bytes datagram(room);
        net::AddressBuffer from;
        const ssize_t n =
            ::recvfrom(fd_.get(), datagram.data(), room, MSG_DONTWAIT, from.data(), from.room());
        if (n == -1) {
            if (errno != EAGAIN && errno != EINTR) report("recvfrom", errno);
            return std::nullopt;
        }
        if (!(from.address() == server_)) return std::nullopt;
        datagram.resize(static_cast<std::size_t>(n));
        return datagram;
    }

    /// Reports what is in the queue of errors. Returns how many there were.
    std::size_t report_queued() const {
        std::size_t found = 0;
        for (;;) {
            alignas(cmsghdr) std::array<char, 512> control;
            msghdr message{};
            message.msg_control = control.data();
            message.msg_controllen = control.size();
            const ssize_t n = ::recvmsg(fd_.get(), &message, MSG_ERRQUEUE | MSG_DONTWAIT);
            if (n == -1 && errno == EINTR) continue;
            if (n == -1) {
                if (errno == EAGAIN) return found;
                say("recvmsg", errno);
                return found + 1;
            }
            if (const int error = error_in(message)) {
                say("send", error);
                ++found;
            }
        }
    }

    [[nodiscard]] std::string name() const { return server_.to_string(); }

private:
    /// The call itself may have told of an error that is in the queue as well: once is enough.
    void report(const char* call, int error) const {
        if (report_queued() == 0) say(call, error);
    }

    static int error_in(msghdr& message) {
        for (auto* it = CMSG_FIRSTHDR(&message); it != nullptr; it = CMSG_NXTHDR(&message, it)) {
            const bool v4 = it->cmsg_level == IPPROTO_IP && it->cmsg_type == IP_RECVERR;
            const bool v6 = it->cmsg_level == IPPROTO_IPV6 && it->cmsg_type == IPV6_RECVERR;
            if (!v4 && !v6) continue;
            sock_extended_err told{};
            std::memcpy(&told, CMSG_DATA(it), sizeof told);
            return static_cast<int>(told.ee_errno);
        }
        return 0;
    }
    void say(const char* call, int error) const {
        std::cerr << "ping_client: " << call << ' ' << name() << ": " << std::strerror(error)
                  << '\n';
    }

    net::Address server_;
    net::Fd fd_;
};

/// In milliseconds.
struct Times {
    std::vector<double> all;

    void print(std::ostream& out) const {
        const auto n = static_cast<double>(all.size());
        double sum = 0, squares = 0;
        for (const double time : all) sum += time;
        for (const double time : all) squares += (time - sum / n) * (time - sum / n);
        out << "rtt min/avg/max/mdev = " << *std::min_element(all.begin(), all.end()) << '/'
            << sum / n << '/' << *std::max_element(all.begin(), all.end()) << '/'
            << std::sqrt(squares / n) << " ms" << std::endl;
    }
};

class Ping {
public:
    Ping(const Options& options, const net::Address& server) : options_(options), door_(server) {
        std::cout << std::fixed << std::setprecision(3);
    }

    void run(const sigset_t& signals);
    [[nodiscard]] int finish() const;

private:
    struct Probe {
        std::size_t tries = 0;
        bool answered = false;
    };
    struct Due {
        Clock::time_point moment;
        std::uint32_t seq;
        bool operator<(const Due& other) const { return moment > other.moment; }
    };

    void send(std::uint32_t seq);
    void take(const Bytes& datagram);
    void look_at_deadlines();

    Options options_;
    Door door_;
    const std::uint32_t id_ = std::random_device()();
    std::uint32_t sent_ = 0, open_ = 0, duplicates_ = 0;
    std::unordered_map<std::uint32_t, Probe> probes_;
    std::priority_queue<Due> due_;  // the earliest on top
    Times times_;
};

void Ping::run(const sigset_t& signals) {
    auto next_send = Clock::now();
    while (sent_ < options_.count || open_ > 0) {
        auto moment = next_send;
        if (sent_ == options_.count || (!due_.empty() && due_.top().moment < moment)) {
            moment = due_.top().moment;
        }
        const short found = door_.wait_until(moment, signals);
        if (stopped != 0) return;
        if ((found & POLLERR) != 0) door_.report_queued();
        if ((found & POLLIN) != 0) {
            if (const auto datagram = door_.receive(options_.size + 1)) take(*datagram);
        }
        look_at_deadlines();
        if (sent_ < options_.count && Clock::now() >= next_send) {
            next_send += std::chrono::milliseconds(options_.interval);
            ++open_;
            send(sent_++);
        }
    }
}

void Ping::send(std::uint32_t seq) {
    const auto now = Clock::now();
    const auto tries = probes_[seq].tries++;
    due_.push(
        {.moment = now + std::chrono::milliseconds(options_.timeout) * (1 << tries), .seq = seq});
    Bytes datagram;
    append(datagram, id_, 32);
    append(datagram, seq, 32);
    append(datagram, static_cast<std::uint64_t>(now.time_since_epoch().count()), 64);
    datagram.resize(options_.size);
    door_.send(datagram);
}

void Ping::take(const Bytes& datagram) {
    const auto now = Clock::now().time_since_epoch();
    if (datagram.size() != options_.size || number_in(datagram, 0, 3) != id_) return;
    const auto found = probes_.find(static_cast<std::uint32_t>(number_in(datagram, 4, 7)));
    if (found == probes_.end()) return;
    auto& [seq, probe] = *found;
    const auto sent = static_cast<std::int64_t>(number_in(datagram, 8, 15));
    const std::chrono::duration<double, std::milli> time = now - std::chrono::nanoseconds(sent);
    std::cout << options_.size << " bytes from " << door_.name() << ": seq=" << seq
              << " time=" << time.count() << (probe.answered ? " ms (DUP!)" : " ms") << std::endl;
    if (probe.answered) {
        ++duplicates_;
    } else {
        probe.answered = true;
        --open_;
        times_.all.push_back(time.count());
    }
}

void Ping::look_at_deadlines() {
    const auto now = Clock::now();
    while (!due_.empty() && due_.top().moment <= now) {
        const std::uint32_t seq = due_.top().seq;
        due_.pop();
        const Probe probe = probes_[seq];
        if (!probe.answered && options_.reliable && probe.tries < most_tries) {
            send(seq);
            continue;
        }
        probes_.erase(seq);
        if (probe.answered) continue;
        --open_;
        std::cout << "no reply: seq=" << seq << std::endl;
    }
}

int Ping::finish() const {
    const std::uint64_t received = times_.all.size();
    const std::uint64_t lost = sent_ - received;
    std::cout << "--- " << door_.name() << " ping statistics ---\n"
              << sent_ << " sent, " << received << " received, " << duplicates_
              << (duplicates_ == 1 ? " duplicate, " : " duplicates, ")
              << (sent_ == 0 ? 0 : lost * 100 / sent_) << "% loss" << std::endl;
    if (received > 0) times_.print(std::cout);
    return received > 0 ? 0 : 1;
}

/// SIGINT and SIGTERM come only while ppoll waits. Returns which signals are held back there.
sigset_t hold_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { stopped = 1; };
    sigset_t held, before;
    ::sigemptyset(&held);
    for (const int number : {SIGINT, SIGTERM}) {
        net::check(::sigaction(number, &action, nullptr), "sigaction");
        ::sigaddset(&held, number);
    }
    net::check(::sigprocmask(SIG_BLOCK, &held, &before), "sigprocmask");
    return before;
}

}  // namespace

int main(int argc, char* argv[]) try {
    Options options;
    const auto [host, port] = program::parse_client_options(
        argc, argv, "Measures how long datagrams take, unconnected.", 5051,
        {.numbers = {{"--count", "probes", 1, 1'000'000, &options.count},
                     {"--interval", "ms between probes", 0, 3'600'000, &options.interval},
                     {"--timeout", "ms to wait for a reply", 1, 3'600'000, &options.timeout},
                     {"--size", "bytes of a probe", 16, 65'507, &options.size}},
         .flags = {{"--reliable", "send again what is not answered", &options.reliable}}});
    const sigset_t signals = hold_signals();
    Ping ping(options, net::resolve(host, std::to_string(port), net::Use::connect).front());
    ping.run(signals);
    return ping.finish();
} catch (const std::exception& e) {
    std::cerr << "ping_client: " << e.what() << '\n';
    return 1;
}
