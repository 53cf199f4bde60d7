// The calls that wait for several descriptors, and time limits of all kinds.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include <cstring>

#include "harness/faults/descriptor.hpp"
#include "harness/faults/fortified.hpp"
#include "harness/faults/next.hpp"
#include "harness/faults/visit.hpp"

namespace harness::faults {

bool limits_are_cut() {
    constexpr std::uint32_t enough = 10000;
    return plan != nullptr && plan->time_runs_out != 0 && plan->times_run_out < enough;
}

void note_run_out(const char* function) {
    if (plan->times_run_out.fetch_add(1) == 0)
        std::strncpy(plan->limited.data(), function, plan->limited.size() - 1);
}

bool has_cut_limit(const Visit& visit) {
    if (!limits_are_cut() || visit.never_blocks) return false;
    const KeepErrno keep;
    return has_time_limit(visit.fd, visit.call) && blocks(visit.fd);
}

bool runs_out(const Visit& visit) {
    if (!has_cut_limit(visit)) return false;
    const KeepErrno keep;
    if (is_ready(visit.fd, visit.call)) return false;
    note_run_out(visit.function);
    return true;
}

}  // namespace harness::faults

namespace {

using namespace harness::faults;

LAB_NEXT(poll)
LAB_NEXT(__poll_chk)
LAB_NEXT(ppoll)
LAB_NEXT(__ppoll_chk)
LAB_NEXT(select)
LAB_NEXT(pselect)
LAB_NEXT(epoll_wait)
LAB_NEXT(epoll_pwait)
LAB_NEXT(epoll_pwait2)

enum class Limit { none, at_once, later };

Limit limit_of(int milliseconds) {
    if (milliseconds == 0) return Limit::at_once;
    return milliseconds < 0 ? Limit::none : Limit::later;
}

Limit limit_of(const timespec* time) {
    if (time == nullptr) return Limit::none;
    return time->tv_sec == 0 && time->tv_nsec == 0 ? Limit::at_once : Limit::later;
}

Limit limit_of(const timeval* time) {
    if (time == nullptr) return Limit::none;
    return time->tv_sec == 0 && time->tv_usec == 0 ? Limit::at_once : Limit::later;
}

/// Does `real(time)`, where `time` is the program's own or none at all: nothing is waited for.
template <typename Time, typename Real>
int wait_with(const char* function, Time time, Time no_time, Real real) {
    const Limit limit = limit_of(time);
    const Visit visit{
        .call = Calls::wait, .function = function, .never_blocks = limit == Limit::at_once};
    return pass(visit, [&] {
        const bool is_cut = limit == Limit::later && limits_are_cut();
        const int n = real(is_cut ? no_time : time);
        if (is_cut && n == 0) note_run_out(function);
        return n;
    });
}

constexpr timespec at_once{};

}  // namespace

extern "C" {

int poll(pollfd* set, nfds_t count, int time) {
    return wait_with("poll", time, 0, [&](int limit) { return next_poll()(set, count, limit); });
}

int __poll_chk(pollfd* set, nfds_t count, int time, size_t room) {
    return wait_with("poll", time, 0,
                     [&](int limit) { return next___poll_chk()(set, count, limit, room); });
}

int ppoll(pollfd* set, nfds_t count, const timespec* time, const sigset_t* mask) {
    return wait_with("ppoll", time, &at_once,
                     [&](const timespec* limit) { return next_ppoll()(set, count, limit, mask); });
}

int __ppoll_chk(pollfd* set, nfds_t count, const timespec* time, const sigset_t* mask,
                size_t room) {
    return wait_with("ppoll", time, &at_once, [&](const timespec* limit) {
        return next___ppoll_chk()(set, count, limit, mask, room);
    });
}

int select(int count, fd_set* in, fd_set* out, fd_set* urgent, timeval* time) {
    timeval none{};
    const int n = wait_with("select", time, &none, [&](timeval* limit) {
        return next_select()(count, in, out, urgent, limit);
    });
    // Linux says how much of the time is left.
    if (n == 0 && time != nullptr) *time = none;
    return n;
}

int pselect(int count, fd_set* in, fd_set* out, fd_set* urgent, const timespec* time,
            const sigset_t* mask) {
    return wait_with("pselect", time, &at_once, [&](const timespec* limit) {
        return next_pselect()(count, in, out, urgent, limit, mask);
    });
}

int epoll_wait(int fd, epoll_event* events, int count, int time) {
    return wait_with("epoll_wait", time, 0,
                     [&](int limit) { return next_epoll_wait()(fd, events, count, limit); });
}

int epoll_pwait(int fd, epoll_event* events, int count, int time, const sigset_t* mask) {
    return wait_with("epoll_pwait", time, 0,
                     [&](int limit) { return next_epoll_pwait()(fd, events, count, limit, mask); });
}

int epoll_pwait2(int fd, epoll_event* events, int count, const timespec* time,
                 const sigset_t* mask) {
    return wait_with("epoll_pwait2", time, &at_once, [&](const timespec* limit) {
        return next_epoll_pwait2()(fd, events, count, limit, mask);
    });
}

}  // extern "C"

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
