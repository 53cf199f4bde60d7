#include "harness/diagnosis/calls.hpp"

#include <sys/syscall.h>

#include <algorithm>
#include <array>

namespace harness {
namespace {

using enum KnownCall::Patience;

constexpr KnownCall on_descriptor(long number, const char* name, Waiting waiting) {
    return {.number = number, .name = name, .waiting = waiting, .has_descriptor = true};
}

constexpr std::array known_calls{
    on_descriptor(SYS_read, "read", Waiting::for_input),
    on_descriptor(SYS_readv, "readv", Waiting::for_input),
    on_descriptor(SYS_recvfrom, "recv", Waiting::for_input),
    on_descriptor(SYS_recvmsg, "recvmsg", Waiting::for_input),
    KnownCall{SYS_recvmmsg, "recvmmsg", Waiting::for_input, null_timeout, 4, true},
#ifdef SYS_accept
    on_descriptor(SYS_accept, "accept", Waiting::for_input),
#endif
    on_descriptor(SYS_accept4, "accept", Waiting::for_input),
#ifdef SYS_poll
    KnownCall{SYS_poll, "poll", Waiting::for_input, minus_timeout, 2},
#endif
    KnownCall{SYS_ppoll, "ppoll", Waiting::for_input, null_timeout, 2},
#ifdef SYS_select
    KnownCall{SYS_select, "select", Waiting::for_input, null_timeout, 4},
#endif
    KnownCall{SYS_pselect6, "select", Waiting::for_input, null_timeout, 4},
#ifdef SYS_epoll_wait
    KnownCall{SYS_epoll_wait, "epoll_wait", Waiting::for_input, minus_timeout, 3},
#endif
    KnownCall{SYS_epoll_pwait, "epoll_wait", Waiting::for_input, minus_timeout, 3},
    KnownCall{SYS_epoll_pwait2, "epoll_wait", Waiting::for_input, null_timeout, 3},
    on_descriptor(SYS_sendto, "send", Waiting::for_room),
    on_descriptor(SYS_sendmsg, "sendmsg", Waiting::for_room),
    on_descriptor(SYS_sendmmsg, "sendmmsg", Waiting::for_room),
    on_descriptor(SYS_write, "write", Waiting::for_room),
    on_descriptor(SYS_writev, "writev", Waiting::for_room),
    on_descriptor(SYS_sendfile, "sendfile", Waiting::for_room),
    KnownCall{SYS_connect, "connect", Waiting::for_answer, limited, 0, true},
    KnownCall{SYS_futex, "a lock, a join or the like (futex)", Waiting::for_threads, null_timeout,
              3},
    KnownCall{SYS_rt_sigtimedwait, "sigwait", Waiting::for_signal, null_timeout, 2},
#ifdef SYS_pause
    KnownCall{SYS_pause, "pause", Waiting::for_signal},
#endif
    KnownCall{SYS_rt_sigsuspend, "sigsuspend", Waiting::for_signal},
    // A child may end by a timer that nobody sees from outside.
    KnownCall{SYS_wait4, "waitpid", Waiting::for_threads, limited},
    KnownCall{SYS_waitid, "waitid", Waiting::for_threads, limited},
    KnownCall{SYS_nanosleep, "sleep", Waiting::for_time, limited},
    KnownCall{SYS_clock_nanosleep, "sleep", Waiting::for_time, limited},
    KnownCall{SYS_flock, "flock", Waiting::for_lock, limited, 0, true},
    KnownCall{SYS_fcntl, "a file lock (fcntl)", Waiting::for_lock, limited, 0, true},
};

}  // namespace

const KnownCall* find_call(long number) {
    const auto* const found =
        std::find_if(known_calls.begin(), known_calls.end(),
                     [&](const KnownCall& known) { return known.number == number; });
    return found == known_calls.end() ? nullptr : &*found;
}

bool is_endless(const KnownCall& call, const std::vector<std::uint64_t>& arguments) {
    if (arguments.size() <= call.timeout) return false;
    const std::uint64_t value = arguments[call.timeout];
    switch (call.patience) {
        case endless:
            return true;
        case null_timeout:
            return value == 0;
        case minus_timeout:
            return static_cast<std::int32_t>(value) < 0;
        case limited:
            return false;
    }
    return false;
}

}  // namespace harness
