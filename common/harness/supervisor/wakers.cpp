#include "harness/supervisor/wakers.hpp"

#include <linux/futex.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>

#include "harness/supervisor/maps.hpp"
#include "harness/supervisor/proc_files.hpp"
#include "net/fd.hpp"

namespace harness::supervisor {
namespace {

constexpr std::uint64_t bit(int signal) {
    return std::uint64_t{1} << static_cast<unsigned>(signal - 1);
}

/// Signals that come from people, from faults, from children that are watched too, or from the
/// threads library itself (32 and 33). Any other may come from a timer of the program's own.
constexpr std::uint64_t never_of_timers = bit(SIGINT) | bit(SIGTERM) | bit(SIGHUP) | bit(SIGQUIT) |
                                          bit(SIGPIPE) | bit(SIGCHLD) | bit(SIGWINCH) |
                                          bit(SIGSEGV) | bit(SIGBUS) | bit(SIGFPE) | bit(SIGILL) |
                                          bit(SIGABRT) | bit(SIGTRAP) | bit(32) | bit(33);

/// The end of a wait for signals that is given as a set of them.
bool has_signal_of_timer(std::uint64_t set) { return (set & ~never_of_timers) != 0; }

/// Files and directories never make anybody wait; null, zero and random devices neither.
bool is_always_ready(pid_t pid, int fd, const std::string& target) {
    static constexpr std::array<std::string_view, 5> devices{"/dev/null", "/dev/zero", "/dev/full",
                                                             "/dev/random", "/dev/urandom"};
    if (std::find(devices.begin(), devices.end(), target) != devices.end()) return true;
    struct stat status {};
    const auto link = folder_of(pid) / "fd" / std::to_string(fd);
    return ::stat(link.c_str(), &status) == 0 &&
           (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

bool is_armed(pid_t pid, int fd) {
    const auto file = folder_of(pid) / "fdinfo" / std::to_string(fd);
    return value_of(file, "it_value").value_or("?") != "(0, 0)";
}

bool takes_signal_of_timer(pid_t pid, int fd) {
    const auto file = folder_of(pid) / "fdinfo" / std::to_string(fd);
    const auto mask = value_of(file, "sigmask");
    return !mask || has_signal_of_timer(std::stoull(*mask, nullptr, 16));
}

/// A copy of a descriptor of the program's: the same socket (pidfd_getfd(2)).
net::Fd borrow(pid_t pid, int fd) {
    const net::Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!process) return {};
    return net::Fd(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
}

bool has_time_limit(const net::Fd& socket, int option) {
    timeval limit{};
    socklen_t size = sizeof limit;
    return ::getsockopt(socket.get(), SOL_SOCKET, option, &limit, &size) == -1 ||
           limit.tv_sec != 0 || limit.tv_usec != 0;
}

/// Of a call whose first argument is a descriptor.
bool waits_with_limit(pid_t pid, int fd) {
    struct stat status {};
    const auto link = folder_of(pid) / "fd" / std::to_string(fd);
    if (::stat(link.c_str(), &status) == -1) return true;
    if (!S_ISSOCK(status.st_mode)) return false;
    const net::Fd socket = borrow(pid, fd);
    return !socket || has_time_limit(socket, SO_RCVTIMEO) || has_time_limit(socket, SO_SNDTIMEO);
}

std::optional<std::uint64_t> read_word(pid_t pid, std::uint64_t address) {
    std::uint64_t word = 0;
    const iovec ours{.iov_base = &word, .iov_len = sizeof word};
    // The address is one of theirs.
    void* const place = reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
    const iovec theirs{.iov_base = place, .iov_len = sizeof word};
    const bool read = ::process_vm_readv(pid, &ours, 1, &theirs, 1, 0) == sizeof word;
    return read ? std::optional(word) : std::nullopt;
}

bool waits_in_shared_memory(pid_t pid, std::uint64_t address, std::uint64_t operation) {
    if ((operation & FUTEX_PRIVATE_FLAG) != 0) return false;
    const auto mapping = find_mapping(pid, address);
    return !mapping || mapping->shared;
}

}  // namespace

bool may_wake(pid_t pid, int fd, const std::string& target) {
    static constexpr std::array<std::string_view, 4> ours{
        "socket:", "pipe:", "anon_inode:[eventpoll]", "anon_inode:[eventfd]"};
    if (std::any_of(ours.begin(), ours.end(),
                    [&](std::string_view kind) { return target.starts_with(kind); }))
        return false;
    if (target == "anon_inode:[timerfd]") return is_armed(pid, fd);
    if (target == "anon_inode:[signalfd]") return takes_signal_of_timer(pid, fd);
    return !is_always_ready(pid, fd, target);
}

bool may_get_signal_of_timer(std::uint64_t caught) { return has_signal_of_timer(caught); }

bool may_end_by_itself(pid_t pid, const std::vector<std::uint64_t>& call) {
    if (call.size() < 3) return true;
    switch (static_cast<long>(call[0])) {
        case SYS_read:
        case SYS_readv:
        case SYS_recvfrom:
        case SYS_recvmsg:
        case SYS_recvmmsg:
#ifdef SYS_accept
        case SYS_accept:
#endif
        case SYS_accept4:
        case SYS_write:
        case SYS_writev:
        case SYS_sendto:
        case SYS_sendmsg:
        case SYS_sendmmsg:
        case SYS_sendfile:
            return waits_with_limit(pid, static_cast<int>(call[1]));
        case SYS_futex:
            return waits_in_shared_memory(pid, call[1], call[2]);
        case SYS_rt_sigtimedwait: {
            const auto set = read_word(pid, call[1]);
            return !set || has_signal_of_timer(*set);
        }
        default:
            return false;
    }
}

}  // namespace harness::supervisor
