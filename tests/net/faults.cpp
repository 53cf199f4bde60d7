#include "faults.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <ctime>

// Without <sys/socket.h> and <poll.h>, which declare what is defined here.
struct sockaddr;
struct pollfd;

namespace net_tests {
namespace {

/// The error that is next, or 0.
int take_error(Fault& fault) {
    ++fault.calls;
    if (fault.errors.empty()) return 0;
    const int error = fault.errors.front();
    fault.errors.pop_front();
    return error;
}

int fail(int error) {
    errno = error;
    return -1;
}

int real_connect(int fd, const sockaddr* address, socklen_t size) {
    return static_cast<int>(::syscall(SYS_connect, fd, address, size));
}

/// Leaves the socket as a signal would: blocking, and with a connection on its way.
void begin_to_connect(int fd, const sockaddr* address, socklen_t size) {
    const int flags = ::fcntl(fd, F_GETFL);
    ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    real_connect(fd, address, size);
    ::fcntl(fd, F_SETFL, flags);
}

}  // namespace

Fault socket_fault;
Fault accept_fault;
Fault connect_fault;
Fault poll_fault;
Fault sendto_fault;

}  // namespace net_tests

extern "C" int socket(int family, int type, int protocol) noexcept {
    using namespace net_tests;
    if (const int error = take_error(socket_fault)) return fail(error);
    return static_cast<int>(::syscall(SYS_socket, family, type, protocol));
}

extern "C" int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
    using namespace net_tests;
    if (const int error = take_error(accept_fault)) return fail(error);
    return static_cast<int>(::syscall(SYS_accept4, fd, address, size, flags));
}

extern "C" int connect(int fd, const sockaddr* address, socklen_t size) {
    using namespace net_tests;
    const int error = take_error(connect_fault);
    if (error == 0) return real_connect(fd, address, size);
    if (error == EINTR) begin_to_connect(fd, address, size);
    return fail(error);
}

extern "C" ssize_t sendto(int fd, const void* data, std::size_t count, int flags,
                          const sockaddr* address, socklen_t size) {
    using namespace net_tests;
    sendto_fault.flags = flags;
    if (const int error = take_error(sendto_fault)) return fail(error);
    return ::syscall(SYS_sendto, fd, data, count, flags, address, size);
}

extern "C" int poll(pollfd* set, unsigned long count, int timeout_ms) {
    using namespace net_tests;
    poll_fault.timeout_ms = timeout_ms;
    if (const int error = take_error(poll_fault)) return fail(error);
    // Not SYS_poll: newer kinds of machines have none.
    const timespec timeout{.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1'000'000L};
    const timespec* limit = timeout_ms < 0 ? nullptr : &timeout;
    return static_cast<int>(::syscall(SYS_ppoll, set, count, limit, nullptr, 0));
}
