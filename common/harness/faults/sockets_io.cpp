// The calls that move bytes through sockets alone. Parameters are named as it suits us, not libc.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

#include <sys/socket.h>

#include "harness/faults/descriptor.hpp"
#include "harness/faults/fortified.hpp"
#include "harness/faults/next.hpp"
#include "harness/faults/parts.hpp"
#include "harness/faults/visit.hpp"

namespace {

using namespace harness::faults;

LAB_NEXT(recv)
LAB_NEXT(__recv_chk)
LAB_NEXT(recvfrom)
LAB_NEXT(__recvfrom_chk)
LAB_NEXT(recvmsg)
LAB_NEXT(recvmmsg)
LAB_NEXT(send)
LAB_NEXT(sendto)
LAB_NEXT(sendmsg)
LAB_NEXT(sendmmsg)

Visit receiving(const char* function, int fd, std::size_t size, int flags) {
    return {.call = Calls::recv,
            .function = function,
            .fd = fd,
            .size = size,
            .never_blocks = (flags & (MSG_DONTWAIT | MSG_ERRQUEUE)) != 0,
            .may_be_short = (flags & (MSG_PEEK | MSG_ERRQUEUE)) == 0};
}

Visit sending(const char* function, int fd, std::size_t size, int flags) {
    return {.call = Calls::send,
            .function = function,
            .fd = fd,
            .size = size,
            .never_blocks = (flags & MSG_DONTWAIT) != 0};
}

std::size_t size_of(const msghdr& message) {
    return harness::faults::size_of(message.msg_iov, message.msg_iovlen);
}

/// Does `real()` while a message has only the first `taken` of its bytes.
template <typename Real>
ssize_t while_short(msghdr& message, std::size_t taken, Real real) {
    FirstBytes first(message.msg_iov, message.msg_iovlen, taken);
    const msghdr whole = message;
    message.msg_iov = first.data();
    message.msg_iovlen = first.count();
    const ssize_t n = real();
    message.msg_iov = whole.msg_iov;
    message.msg_iovlen = whole.msg_iovlen;
    return n;
}

/// Does `real(count)` with several messages; with the beginning of the first one alone if the call
/// is to be short. Returns a number of messages.
template <typename Real>
int transfer_messages(const Visit& visit, mmsghdr* messages, unsigned count, Real real) {
    const Fate fate = fate_of(visit);
    if (fate.error != 0) return fail_with(fate.error);
    if (runs_out(visit)) return fail_with(EAGAIN);
    int n = 0;
    if (fate.size == visit.size) {
        n = real(count);
    } else {
        n = static_cast<int>(while_short(messages[0].msg_hdr, fate.size, [&] { return real(1); }));
    }
    std::size_t bytes = 0;
    for (int i = 0; i < n; ++i) bytes += messages[i].msg_len;
    note_moved(visit, fate, static_cast<ssize_t>(bytes));
    return n;
}

std::size_t size_of_first(const mmsghdr* messages, unsigned count) {
    return count == 0 ? 0 : size_of(messages[0].msg_hdr);
}

/// What a send is told if its time limit has run out before it begins: take what there is room for.
int limited(const Visit& visit, int flags) {
    return flags | (has_cut_limit(visit) ? MSG_DONTWAIT : 0);
}

}  // namespace

extern "C" {

ssize_t recv(int fd, void* data, size_t size, int flags) {
    return transfer(receiving("recv", fd, size, flags),
                    [&](size_t n) { return next_recv()(fd, data, n, flags); });
}

ssize_t __recv_chk(int fd, void* data, size_t size, size_t room, int flags) {
    return transfer(receiving("recv", fd, size, flags),
                    [&](size_t n) { return next___recv_chk()(fd, data, n, room, flags); });
}

ssize_t recvfrom(int fd, void* data, size_t size, int flags, sockaddr* from, socklen_t* from_size) {
    return transfer(receiving("recvfrom", fd, size, flags),
                    [&](size_t n) { return next_recvfrom()(fd, data, n, flags, from, from_size); });
}

ssize_t __recvfrom_chk(int fd, void* data, size_t size, size_t room, int flags, sockaddr* from,
                       socklen_t* from_size) {
    return transfer(receiving("recvfrom", fd, size, flags), [&](size_t n) {
        return next___recvfrom_chk()(fd, data, n, room, flags, from, from_size);
    });
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
    const Visit visit = receiving("recvmsg", fd, size_of(*message), flags);
    return transfer(visit, [&](size_t n) {
        const auto real = [&] { return next_recvmsg()(fd, message, flags); };
        return n == visit.size ? real() : while_short(*message, n, real);
    });
}

int recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags, timespec* limit) {
    const Visit visit = receiving("recvmmsg", fd, size_of_first(messages, count), flags);
    return transfer_messages(visit, messages, count, [&](unsigned n) {
        return next_recvmmsg()(fd, messages, n, flags, limit);
    });
}

ssize_t send(int fd, const void* data, size_t size, int flags) {
    const Visit visit = sending("send", fd, size, flags);
    return transfer(visit,
                    [&](size_t n) { return next_send()(fd, data, n, limited(visit, flags)); });
}

ssize_t sendto(int fd, const void* data, size_t size, int flags, const sockaddr* to,
               socklen_t to_size) {
    const Visit visit = sending("sendto", fd, size, flags);
    return transfer(visit, [&](size_t n) {
        return next_sendto()(fd, data, n, limited(visit, flags), to, to_size);
    });
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    const Visit visit = sending("sendmsg", fd, size_of(*message), flags);
    return transfer(visit, [&](size_t n) {
        msghdr shorter = *message;
        const auto real = [&] { return next_sendmsg()(fd, &shorter, limited(visit, flags)); };
        return n == visit.size ? real() : while_short(shorter, n, real);
    });
}

int sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) {
    const Visit visit = sending("sendmmsg", fd, size_of_first(messages, count), flags);
    return transfer_messages(visit, messages, count, [&](unsigned n) {
        return next_sendmmsg()(fd, messages, n, limited(visit, flags));
    });
}

}  // extern "C"

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
