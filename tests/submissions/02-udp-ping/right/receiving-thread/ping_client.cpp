// Three threads: main sends and gives up, and waits on a condition variable meanwhile; one is
// blocked in recv and prints what comes; one waits for signals. One mutex guards what they share,
// stdout as well.

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>
#include <iomanip>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"
#include "program/client_options.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;
using Bytes = std::vector<unsigned char>;

constexpr std::size_t most_tries = 5;

struct Options {
    std::uint32_t count = 4;
    std::uint32_t interval = 200;
    std::uint32_t timeout = 1000;
    std::uint32_t size = 56;
    bool reliable = false;
};

/// SIGINT and SIGTERM come to nobody but the thread that waits for them; SIGUSR1 ends it.
sigset_t held_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGUSR1}) ::sigaddset(&set, number);
    return set;
}

void append(Bytes& to, std::uint64_t number, int bytes) {
    while (bytes-- > 0) to.push_back(static_cast<unsigned char>(number >> (8 * bytes)));
}

std::uint64_t number_at(const Bytes& from, std::size_t at, std::size_t bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = at; i < at + bytes; ++i) number = number << 8 | from[i];
    return number;
}

class Statistics {
public:
    void count(Milliseconds time) { times_.push_back(time.count()); }
    [[nodiscard]] std::size_t received() const { return times_.size(); }
    [[nodiscard]] std::string to_text() const;

private:
    std::vector<double> times_;
};

std::string Statistics::to_text() const {
    double least = times_.front(), greatest = times_.front(), sum = 0, squares = 0;
    for (const double time : times_) {
        least = std::min(least, time);
        greatest = std::max(greatest, time);
        sum += time;
    }
    const auto n = static_cast<double>(times_.size());
    for (const double time : times_) squares += std::pow(time - sum / n, 2);
    std::ostringstream text;
    text << std::fixed << std::setprecision(3) << "rtt min/avg/max/mdev = " << least << '/'
         << sum / n << '/' << greatest << '/' << std::sqrt(squares / n) << " ms\n";
    return text.str();
}

class Run {
public:
    Run(const Options& options, const net::Address& server);

    /// Returns the exit status.
    int run();

private:
    using Lock = std::unique_lock<std::mutex>;
    struct Probe {
        std::vector<Clock::time_point> tries;
        bool answered = false;
    };

    [[nodiscard]] bool goes_on() const {
        return !stopped_ && (sent_ < options_.count || unanswered_ > 0);
    }
    void send_and_give_up(Lock& lock);
    void give_up(Lock& lock);
    void send(Lock& lock, std::uint32_t seq);
    void receive();
    void take(const Bytes& datagram, Clock::time_point now);
    void wait_for_signal();
    void print_end() const;
    void say(const char* call, int error) const {
        std::cerr << std::string("ping_client: ") + call + ' ' + name_ + ": " +
                         std::strerror(error) + '\n';
    }

    const Options options_;
    const std::string name_;
    const std::uint32_t id_ = std::random_device()();
    net::Fd socket_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    bool stopped_ = false;
    std::uint32_t sent_ = 0, unanswered_ = 0, duplicates_ = 0;
    std::map<std::uint32_t, Probe> probes_;  // those that are under way
    std::multimap<Clock::time_point, std::uint32_t> deadlines_;
    Statistics statistics_;
};

Run::Run(const Options& options, const net::Address& server)
    : options_(options),
      name_(server.to_string()),
      socket_(net::check(::socket(server.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")) {
    net::check(::connect(socket_.get(), server.data(), server.size()),
               [&] { return "connect " + name_; });
}

int Run::run() {
    std::thread signals([this] { wait_for_signal(); });
    std::thread receiver([this] { receive(); });
    {
        Lock lock(mutex_);
        send_and_give_up(lock);
        stopped_ = true;
        print_end();
    }
    ::pthread_kill(signals.native_handle(), SIGUSR1);
    ::shutdown(socket_.get(), SHUT_RD);  // recv returns 0
    signals.join();
    receiver.join();
    return statistics_.received() > 0 ? 0 : 1;
}

void Run::send_and_give_up(Lock& lock) {
    auto next_send = Clock::now();
    while (goes_on()) {
        give_up(lock);
        if (sent_ < options_.count && Clock::now() >= next_send) {
            next_send += std::chrono::milliseconds(options_.interval);
            ++unanswered_;
            send(lock, sent_++);
        }
        if (!goes_on()) return;
        auto moment = deadlines_.empty() ? next_send : deadlines_.begin()->first;
        if (sent_ < options_.count && next_send < moment) moment = next_send;
        changed_.wait_until(lock, moment);
    }
}

void Run::give_up(Lock& lock) {
    const auto now = Clock::now();
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const std::uint32_t seq = deadlines_.begin()->second;
        deadlines_.erase(deadlines_.begin());
        const Probe& probe = probes_.at(seq);
        if (!probe.answered && options_.reliable && probe.tries.size() < most_tries) {
            send(lock, seq);
            continue;
        }
        if (!probe.answered) {
            std::cout << "no reply: seq=" + std::to_string(seq) + '\n' << std::flush;
            --unanswered_;
        }
        probes_.erase(seq);
    }
}

/// What is known of the try stands in the table before it leaves: its reply may be quick. The lock
/// is released meanwhile.
void Run::send(Lock& lock, std::uint32_t seq) {
    const auto now = Clock::now();
    auto& tries = probes_[seq].tries;
    const auto wait = std::chrono::milliseconds(options_.timeout) * (1 << tries.size());
    tries.push_back(now);
    deadlines_.emplace(now + wait, seq);

    Bytes datagram;
    append(datagram, id_, 4);
    append(datagram, seq, 4);
    append(datagram, static_cast<std::uint64_t>(now.time_since_epoch().count()), 8);
    datagram.resize(options_.size);
    lock.unlock();
    for (int chances = 2; chances > 0; --chances) {
        const auto n = net::retry_on_eintr(
            [&] { return ::send(socket_.get(), datagram.data(), datagram.size(), 0); });
        if (n != -1) break;
        say("send", errno);
    }
    lock.lock();
}

void Run::receive() {
    Bytes buffer(options_.size + 1);  // one byte too many is seen
    for (;;) {
        const auto n = net::retry_on_eintr(
            [&] { return ::recv(socket_.get(), buffer.data(), buffer.size(), 0); });
        const int error = errno;
        const auto now = Clock::now();
        const Lock lock(mutex_);
        if (stopped_) return;
        if (n == -1) say("recv", error);
        if (n == static_cast<ssize_t>(options_.size)) take(buffer, now);
    }
}

void Run::take(const Bytes& datagram, Clock::time_point now) {
    const auto seq = static_cast<std::uint32_t>(number_at(datagram, 4, 4));
    const auto found = probes_.find(seq);
    if (number_at(datagram, 0, 4) != id_ || found == probes_.end()) return;
    Probe& probe = found->second;
    const Clock::time_point sent(
        std::chrono::nanoseconds(static_cast<std::int64_t>(number_at(datagram, 8, 8))));
    if (std::find(probe.tries.begin(), probe.tries.end(), sent) == probe.tries.end()) return;

    const Milliseconds time = now - sent;
    std::ostringstream line;
    line << options_.size << " bytes from " << name_ << ": seq=" << seq << std::fixed
         << std::setprecision(3) << " time=" << time.count()
         << (probe.answered ? " ms (DUP!)\n" : " ms\n");
    std::cout << line.str() << std::flush;
    if (probe.answered) {
        ++duplicates_;
        return;
    }
    probe.answered = true;
    statistics_.count(time);
    if (--unanswered_ == 0) changed_.notify_one();
}

void Run::wait_for_signal() {
    const sigset_t set = held_signals();
    int number = 0;
    ::sigwait(&set, &number);
    const Lock lock(mutex_);
    stopped_ = true;
    changed_.notify_one();
}

void Run::print_end() const {
    const std::uint64_t received = statistics_.received();
    const std::uint64_t loss = sent_ == 0 ? 0 : 100 * (sent_ - received) / sent_;
    std::cout << "--- " << name_ << " ping statistics ---\n"
              << sent_ << " sent, " << received << " received, " << duplicates_ << " duplicate"
              << (duplicates_ == 1 ? ", " : "s, ") << loss << "% loss\n";
    if (received > 0) std::cout << statistics_.to_text();
    std::cout << std::flush;
}

}  // namespace

int main(int argc, char* argv[]) try {
    Options options;
    const auto [host, port] = program::parse_client_options(
        argc, argv, "Measures how long datagrams take, with threads.", 5051,
        {.numbers = {{"--count", "probes", 1, 1'000'000, &options.count},
                     {"--interval", "ms between probes", 0, 3'600'000, &options.interval},
                     {"--timeout", "ms to wait for a reply", 1, 3'600'000, &options.timeout},
                     {"--size", "bytes of a probe", 16, 65'507, &options.size}},
         .flags = {{"--reliable", "send again what is not answered", &options.reliable}}});
    const sigset_t set = held_signals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);  // every thread inherits it

    Run run(options, net::resolve(host, std::to_string(port), net::Use::connect).front());
    return run.run();
} catch (const std::exception& e) {
    std::cerr << std::string("ping_client: ") + e.what() + '\n';
    return 1;
}
