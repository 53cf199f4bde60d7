#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <iostream>

#include "faulted.hpp"
#include "harness/faults/fortified.hpp"

namespace faulted {
namespace {

/// Seconds; -1: no limit.
using Wait = std::function<int(int fd, int limit)>;

class Time {
public:
    explicit Time(int seconds) : has_limit_(seconds >= 0), time_{.tv_sec = seconds, .tv_nsec = 0} {}
    [[nodiscard]] const timespec* get() const { return has_limit_ ? &time_ : nullptr; }

private:
    bool has_limit_;
    timespec time_;
};

int in_milliseconds(int limit) { return limit == -1 ? -1 : 1000 * limit; }

pollfd poll_set(int fd) { return {.fd = fd, .events = POLLIN, .revents = 0}; }

fd_set select_set(int fd) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    return set;
}

int wait_by_select(int fd, int limit) {
    fd_set set = select_set(fd);
    timeval time{.tv_sec = limit, .tv_usec = 0};
    const int n = ::select(fd + 1, &set, nullptr, nullptr, limit == -1 ? nullptr : &time);
    // Linux leaves the time that is left.
    const bool is_over = n != 0 || limit <= 0 || time.tv_sec == 0;
    return is_over && (n < 0 || (FD_ISSET(fd, &set) != 0) == (n == 1)) ? n : 99;
}

int wait_by_pselect(int fd, int limit) {
    fd_set set = select_set(fd);
    return ::pselect(fd + 1, &set, nullptr, nullptr, Time(limit).get(), nullptr);
}

int epoll_of(int fd) {
    const int epoll = ::epoll_create1(0);
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    ::syscall(SYS_epoll_ctl, epoll, EPOLL_CTL_ADD, fd, &event);
    return epoll;
}

/// Waits for edges and receives once at each of them, until the whole message is there.
void receive_at_edges() {
    const int fd = filled_socket(SOCK_STREAM);
    const int epoll = ::epoll_create1(0);
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.fd = fd}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    std::array<char, size> buffer{};
    std::size_t got = 0;
    while (got < size) {
        if (::epoll_wait(epoll, &event, 1, -1) != 1 || event.data.fd != fd) break;
        const ssize_t n = ::recv(fd, buffer.data() + got, size - got, MSG_DONTWAIT);
        if (n > 0) got += static_cast<std::size_t>(n);
    }
    print_received(static_cast<ssize_t>(got), buffer.data());
}

/// Receives a part after an event that was the only one asked for; prints how many more come.
void receive_at_one_shot() {
    const int fd = filled_socket(SOCK_STREAM);
    const int epoll = ::epoll_create1(0);
    epoll_event event{.events = EPOLLIN | EPOLLET | EPOLLONESHOT, .data = {.fd = fd}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    std::array<char, size> buffer{};
    if (::epoll_wait(epoll, &event, 1, -1) != 1 || ::recv(fd, buffer.data(), size, 0) != 1) return;
    print(::epoll_wait(epoll, &event, 1, 0));
}

/// For something that is there, for ever; and for what never comes, with a limit of a minute.
void add(Table& table, const std::string& name, const Wait& wait) {
    table[name] = [=] { print(wait(filled_socket(SOCK_STREAM), -1)); };
    table[name + " with a limit"] = [=] { print(wait(connected(SOCK_STREAM).ours, 60)); };
    table[name + " that is ready"] = [=] { print(wait(filled_socket(SOCK_STREAM), 60)); };
    table[name + " that never waits"] = [=] { print(wait(connected(SOCK_STREAM).ours, 0)); };
}

}  // namespace

void add_waiting(Table& table) {
    add(table, "poll", [](int fd, int limit) {
        pollfd set = poll_set(fd);
        return ::poll(&set, 1, in_milliseconds(limit));
    });
    add(table, "__poll_chk", [](int fd, int limit) {
        pollfd set = poll_set(fd);
        return ::__poll_chk(&set, 1, in_milliseconds(limit), sizeof set);
    });
    add(table, "ppoll", [](int fd, int limit) {
        pollfd set = poll_set(fd);
        return ::ppoll(&set, 1, Time(limit).get(), nullptr);
    });
    add(table, "__ppoll_chk", [](int fd, int limit) {
        pollfd set = poll_set(fd);
        return ::__ppoll_chk(&set, 1, Time(limit).get(), nullptr, sizeof set);
    });
    add(table, "select", wait_by_select);
    add(table, "pselect", wait_by_pselect);
    add(table, "epoll_wait", [](int fd, int limit) {
        epoll_event event{};
        return ::epoll_wait(epoll_of(fd), &event, 1, in_milliseconds(limit));
    });
    add(table, "epoll_pwait", [](int fd, int limit) {
        epoll_event event{};
        return ::epoll_pwait(epoll_of(fd), &event, 1, in_milliseconds(limit), nullptr);
    });
    add(table, "epoll_pwait2", [](int fd, int limit) {
        epoll_event event{};
        return ::epoll_pwait2(epoll_of(fd), &event, 1, Time(limit).get(), nullptr);
    });
    table["recv at edges"] = receive_at_edges;
    table["recv at one shot"] = receive_at_one_shot;
}

}  // namespace faulted
