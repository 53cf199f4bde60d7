// The calls in the life of a socket that move no bytes.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/faults/next.hpp"
#include "harness/faults/visit.hpp"

namespace {

using namespace harness::faults;

LAB_NEXT(accept)
LAB_NEXT(accept4)
LAB_NEXT(connect)
LAB_NEXT(socket)
LAB_NEXT(bind)
LAB_NEXT(listen)
LAB_NEXT(shutdown)

void make_send_buffer_small(int client) {
    if (plan == nullptr || plan->send_buffer == 0) return;
    const KeepErrno keep;
    plan->buffers_set.fetch_add(1);
    ::setsockopt(client, SOL_SOCKET, SO_SNDBUF, &plan->send_buffer, sizeof plan->send_buffer);
}

template <typename Real>
int accept_with(const char* function, int fd, Real real) {
    const Visit visit{.call = Calls::accept, .function = function, .fd = fd};
    return pass(visit, [&] {
        if (runs_out(visit)) return fail_with(EAGAIN);
        const int client = real();
        if (client == -1) return -1;
        if (is_aborted(visit)) {
            ::close(client);
            return fail_with(ECONNABORTED);
        }
        make_send_buffer_small(client);
        return client;
    });
}

/// A connect that a signal interrupts goes on without the program (connect(2)).
void connect_behind_its_back(int fd, const sockaddr* address, socklen_t size) {
    const int flags = ::fcntl(fd, F_GETFL);
    ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    (void)next_connect()(fd, address, size);
    ::fcntl(fd, F_SETFL, flags);
}

}  // namespace

extern "C" {

int accept(int fd, sockaddr* address, socklen_t* size) {
    return accept_with("accept", fd, [&] { return next_accept()(fd, address, size); });
}

int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
    return accept_with("accept4", fd, [&] { return next_accept4()(fd, address, size, flags); });
}

int connect(int fd, const sockaddr* address, socklen_t size) {
    const Visit visit{.call = Calls::connect, .function = "connect", .fd = fd};
    const Fate fate = fate_of(visit);
    if (fate.error == EINTR) connect_behind_its_back(fd, address, size);
    if (fate.error != 0) return fail_with(fate.error);
    return next_connect()(fd, address, size);
}

int socket(int family, int type, int protocol) noexcept {
    return pass({.call = Calls::socket, .function = "socket"},
                [&] { return next_socket()(family, type, protocol); });
}

int bind(int fd, const sockaddr* address, socklen_t size) noexcept {
    return pass({.call = Calls::bind, .function = "bind", .fd = fd},
                [&] { return next_bind()(fd, address, size); });
}

int listen(int fd, int backlog) noexcept {
    return pass({.call = Calls::listen, .function = "listen", .fd = fd},
                [&] { return next_listen()(fd, backlog); });
}

int shutdown(int fd, int how) noexcept {
    return pass({.call = Calls::shutdown, .function = "shutdown", .fd = fd},
                [&] { return next_shutdown()(fd, how); });
}

}  // extern "C"

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
