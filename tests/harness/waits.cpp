// Takes one client, receives from it, and then waits in the way that its first argument names: for
// ever, or until it wakes up by itself and answers "late". The tests of standstill start it.

#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <future>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "net/io.hpp"
#include "net/tcp.hpp"

namespace {

constexpr long in_a_while_ns = 30'000'000;
constexpr int in_a_while_ms = 30;

int listening = -1;
int client = -1;
std::string argument;  ///< the second one of the command line

// For ever.

void in_accept() { ::accept(listening, nullptr, nullptr); }

void in_recv() {
    char byte = 0;
    (void)::recv(client, &byte, 1, 0);
}

void in_recvmsg() {
    char byte = 0;
    iovec part{.iov_base = &byte, .iov_len = 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    (void)::recvmsg(client, &message, 0);
}

void in_read() {
    char byte = 0;
    while (::read(client, &byte, 1) == -1) {
    }
}

void in_recv_of_all() {
    std::array<char, 100> buffer{};
    (void)::recv(client, buffer.data(), buffer.size(), MSG_WAITALL);
}

void below_low_water() {
    const int least = 100;
    ::setsockopt(client, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least);
    in_recv();
}

void in_connect() {
    const auto address = net::resolve("127.0.0.1", argument, net::Use::connect).front();
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    (void)::connect(fd, address.data(), address.size());
}

void in_stdin() {
    std::string line;
    std::getline(std::cin, line);
}

void in_poll() {
    pollfd set{.fd = client, .events = POLLIN, .revents = 0};
    ::poll(&set, 1, -1);
}

void in_ppoll() {
    pollfd set{.fd = client, .events = POLLIN, .revents = 0};
    ::ppoll(&set, 1, nullptr, nullptr);
}

void in_select() {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(client, &set);
    ::select(client + 1, &set, nullptr, nullptr, nullptr);
}

void in_epoll(std::uint32_t events) {
    const int fd = ::epoll_create1(0);
    epoll_event event{.events = events, .data = {}};
    ::epoll_ctl(fd, EPOLL_CTL_ADD, client, &event);
    epoll_event got{};
    ::epoll_wait(fd, &got, 1, -1);  // of an edge there is one at once, where something is unread
    ::epoll_wait(fd, &got, 1, -1);
}

void in_epoll_of_level() { in_epoll(EPOLLIN | EPOLLONESHOT); }
void in_epoll_of_edge() { in_epoll(EPOLLIN | EPOLLET); }

void in_send() {
    const std::string block(1 << 20, 'x');
    for (;;) (void)::send(client, block.data(), block.size(), MSG_NOSIGNAL);
}

void in_full_pipe() {
    int ends[2];
    (void)::pipe(ends);
    const std::string block(1 << 20, 'x');
    (void)::write(ends[1], block.data(), block.size());
}

void in_mutex() {
    std::mutex mutex;
    mutex.lock();
    std::thread([&] { mutex.lock(); }).join();
}

void in_two_mutexes() {
    std::mutex left;
    std::mutex right;
    std::barrier both(2);
    const auto take = [&](std::mutex& first, std::mutex& second) {
        first.lock();
        both.arrive_and_wait();
        second.lock();
    };
    std::thread other([&] { take(right, left); });
    take(left, right);
}

void in_condition() {
    std::mutex mutex;
    std::condition_variable condition;
    std::unique_lock lock(mutex);
    for (;;) condition.wait(lock);
}

void in_join() { std::thread(in_recv).join(); }

void in_join_of_sleeper() {
    std::thread([] { in_condition(); }).join();
}

void in_semaphore() {
    sem_t semaphore;
    ::sem_init(&semaphore, 0, 0);
    ::sem_wait(&semaphore);
}

void in_future() {
    std::promise<int> promise;
    promise.get_future().wait();
}

void in_barrier() {
    std::barrier barrier(2);
    barrier.arrive_and_wait();
}

void in_signalfd() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    const int fd = ::signalfd(-1, &set, 0);
    signalfd_siginfo info{};
    (void)::read(fd, &info, sizeof info);
}

void in_sigwait() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    int number = 0;
    ::sigwait(&set, &number);
}

void in_pipe_to_itself() {
    int ends[2];
    (void)::pipe(ends);
    char byte = 0;
    (void)::read(ends[0], &byte, 1);
}

void in_eventfd() {
    const int fd = ::eventfd(0, 0);
    std::uint64_t count = 0;
    (void)::read(fd, &count, sizeof count);
}

void in_pause() {
    for (;;) ::pause();
}

void with_disarmed_timer() {
    (void)::timerfd_create(CLOCK_MONOTONIC, 0);
    in_recv();
}

void with_open_file() {
    (void)::open("/etc/passwd", O_RDONLY);
    in_recv();
}

void in_child() {
    if (::fork() == 0) in_recv();
    in_accept();
}

// Until it wakes up by itself.

void poll_with_limit() { ::poll(nullptr, 0, in_a_while_ms); }

void select_with_limit() {
    timeval limit{0, in_a_while_ns / 1000};
    ::select(0, nullptr, nullptr, nullptr, &limit);
}

void epoll_with_limit() {
    epoll_event got{};
    ::epoll_wait(::epoll_create1(0), &got, 1, in_a_while_ms);
}

void sleep_for_a_while() {
    timespec time{.tv_sec = 0, .tv_nsec = in_a_while_ns};
    ::nanosleep(&time, nullptr);
}

void recv_with_limit() {
    const timeval limit{0, in_a_while_ns / 1000};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    in_recv();
    const timeval none{};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
}

void accept_with_limit() {
    const timeval limit{0, in_a_while_ns / 1000};
    ::setsockopt(listening, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    in_accept();
}

void poll_for_timer() {
    const int timer = ::timerfd_create(CLOCK_MONOTONIC, 0);
    itimerspec when{};
    when.it_value.tv_nsec = in_a_while_ns;
    ::timerfd_settime(timer, 0, &when, nullptr);
    pollfd set{.fd = timer, .events = POLLIN, .revents = 0};
    ::poll(&set, 1, -1);
}

void wait_for_alarm() {
    std::signal(SIGALRM, [](int) {});
    const itimerval when{.it_interval = {}, .it_value = {0, in_a_while_ns / 1000}};
    ::setitimer(ITIMER_REAL, &when, nullptr);
    ::pause();
}

void sigwait_for_alarm() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    const itimerval when{.it_interval = {}, .it_value = {0, in_a_while_ns / 1000}};
    ::setitimer(ITIMER_REAL, &when, nullptr);
    int number = 0;
    ::sigwait(&set, &number);
}

void wait_for_child() {
    const pid_t child = ::fork();
    if (child == 0) {
        const itimerval when{.it_interval = {}, .it_value = {0, in_a_while_ns / 1000}};
        ::setitimer(ITIMER_REAL, &when, nullptr);
        ::pause();
    }
    ::waitpid(child, nullptr, 0);
}

/// A child that a timer kills, and then the parent's end of their pipe says so.
void wait_for_end_of_child() {
    int ends[2];
    (void)::pipe(ends);
    if (::fork() == 0) {
        ::close(ends[0]);
        const itimerval when{.it_interval = {}, .it_value = {0, in_a_while_ns / 1000}};
        ::setitimer(ITIMER_REAL, &when, nullptr);
        in_recv();
    }
    ::close(ends[1]);
    char byte = 0;
    (void)::read(ends[0], &byte, 1);
}

void wait_for_condition_with_limit() {
    std::mutex mutex;
    std::condition_variable condition;
    std::unique_lock lock(mutex);
    condition.wait_for(lock, std::chrono::nanoseconds(in_a_while_ns));
}

void join_sleeper() { std::thread(sleep_for_a_while).join(); }

void pass_on_between_threads() {
    int ends[2];
    (void)::pipe(ends);
    std::thread other([&] {
        sleep_for_a_while();
        (void)::write(ends[1], "x", 1);
    });
    char byte = 0;
    (void)::read(ends[0], &byte, 1);
    other.join();
}

void lock_file() {
    char name[] = "/tmp/lab-lock-XXXXXX";
    const int ours = ::mkstemp(name);
    const int theirs = ::open(name, O_RDWR);
    ::unlink(name);
    ::flock(theirs, LOCK_EX);
    std::thread other([&] {
        sleep_for_a_while();
        ::flock(theirs, LOCK_UN);
    });
    ::flock(ours, LOCK_EX);
    other.join();
}

void compute() {
    timespec start{};
    ::clock_gettime(CLOCK_MONOTONIC, &start);
    const auto passed = [&] {
        timespec now{};
        ::clock_gettime(CLOCK_MONOTONIC, &now);
        return (now.tv_sec - start.tv_sec) * 1'000'000'000 + now.tv_nsec - start.tv_nsec;
    };
    while (passed() < in_a_while_ns) {
    }
}

// Never, and without sleeping.

void spin() {
    for (volatile int i = 0; i == 0;) {
    }
}

void spin_in_recv() {
    char byte = 0;
    for (;;) (void)::recv(client, &byte, 1, MSG_DONTWAIT);
}

void spin_in_yield() {
    for (;;) ::sched_yield();
}

const std::map<std::string, void (*)()> waits{
    {"accept", in_accept},
    {"recv", in_recv},
    {"recvmsg", in_recvmsg},
    {"read", in_read},
    {"recv-of-all", in_recv_of_all},
    {"low-water", below_low_water},
    {"connect", in_connect},
    {"poll", in_poll},
    {"ppoll", in_ppoll},
    {"select", in_select},
    {"epoll", in_epoll_of_level},
    {"epoll-edge", in_epoll_of_edge},
    {"send", in_send},
    {"full-pipe", in_full_pipe},
    {"mutex", in_mutex},
    {"two-mutexes", in_two_mutexes},
    {"condition", in_condition},
    {"join", in_join},
    {"join-of-sleeper", in_join_of_sleeper},
    {"semaphore", in_semaphore},
    {"future", in_future},
    {"barrier", in_barrier},
    {"signalfd", in_signalfd},
    {"sigwait", in_sigwait},
    {"pipe", in_pipe_to_itself},
    {"eventfd", in_eventfd},
    {"pause", in_pause},
    {"disarmed-timer", with_disarmed_timer},
    {"open-file", with_open_file},
    {"child", in_child},
    {"poll-limit", poll_with_limit},
    {"select-limit", select_with_limit},
    {"epoll-limit", epoll_with_limit},
    {"sleep", sleep_for_a_while},
    {"recv-limit", recv_with_limit},
    {"accept-limit", accept_with_limit},
    {"timer", poll_for_timer},
    {"alarm", wait_for_alarm},
    {"sigwait-alarm", sigwait_for_alarm},
    {"child-alarm", wait_for_child},
    {"child-pipe", wait_for_end_of_child},
    {"condition-limit", wait_for_condition_with_limit},
    {"join-sleep", join_sleeper},
    {"hand-over", pass_on_between_threads},
    {"file-lock", lock_file},
    {"compute", compute},
    {"spin", spin},
    {"spin-recv", spin_in_recv},
    {"spin-yield", spin_in_yield},
};

}  // namespace

int main(int argc, char* argv[]) {
    try {
        const std::string kind = argc > 1 ? argv[1] : "";
        if (kind == "stdin") in_stdin();
        auto* const wait = waits.at(kind);
        if (argc > 2) argument = argv[2];
        auto listener = net::TcpListener::bind("127.0.0.1", "0");
        listening = listener.fd();
        ::fcntl(listening, F_SETFL, 0);  // the library's does not block
        std::cout << "listening on " << listener.local_address().to_string() << std::endl;
        auto stream = listener.accept();
        client = stream.fd();
        const bool leaves_unread = wait == in_epoll_of_edge || wait == in_epoll_of_level;
        std::array<std::byte, 64> buffer;
        while (leaves_unread || stream.recv_some(buffer) != 0) {
            wait();
            net::send_all(stream, net::as_bytes("late"));
        }
    } catch (const std::exception& e) {
        std::cerr << "waits: " << e.what() << '\n';
        return 1;
    }
}
