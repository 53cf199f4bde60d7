// A program that waits for edges (EPOLLET, epoll(7)) may stop at a short count or at EAGAIN, and
// hears of the socket again when more has come. What a fault has kept from it is there already, so
// the kernel would never tell: we make it.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "harness/faults/next.hpp"
#include "harness/faults/visit.hpp"

namespace {

using namespace harness::faults;

LAB_NEXT(epoll_ctl)

/// How a descriptor is watched. Empty unless for edges.
struct Watch {
    std::atomic<int> epoll{};
    std::atomic<std::uint32_t> events{};
    std::atomic<std::uint64_t> data{};
};
std::array<Watch, 32768> watches;

Watch* watch_of(int fd) {
    const auto index = static_cast<std::size_t>(fd);
    return fd >= 0 && index < watches.size() ? &watches[index] : nullptr;
}

/// With EPOLLONESHOT the program asks for each event itself.
bool is_for_edges(std::uint32_t events) {
    return (events & EPOLLET) != 0 && (events & EPOLLONESHOT) == 0;
}

void keep(int epoll, int operation, int fd, const epoll_event* event) {
    Watch* watch = watch_of(fd);
    if (watch == nullptr) return;
    if (operation == EPOLL_CTL_DEL || event == nullptr || !is_for_edges(event->events)) {
        watch->events = 0;
        return;
    }
    watch->epoll = epoll;
    watch->data = event->data.u64;
    watch->events = event->events;
}

}  // namespace

namespace harness::faults {

void raise_edge_again(int fd) {
    Watch* watch = watch_of(fd);
    if (watch == nullptr || watch->events == 0) return;
    epoll_event event{.events = watch->events, .data = {.u64 = watch->data}};
    // A change asks anew what is ready.
    ::syscall(SYS_epoll_ctl, watch->epoll.load(), EPOLL_CTL_MOD, fd, &event);
}

}  // namespace harness::faults

extern "C" int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
    const int result = next_epoll_ctl()(epoll, operation, fd, event);
    if (result == 0 && plan != nullptr) keep(epoll, operation, fd, event);
    return result;
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
