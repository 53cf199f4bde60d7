// What a descriptor is, asked of the kernel at each call: it may be another one by the next.

#include "harness/faults/descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace harness::faults {
namespace {

/// An option of a socket that is a number; 0 if there is none.
int option_of(int fd, int option) {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : 0;
}

On kind_of_socket(int fd) {
    switch (option_of(fd, SO_TYPE)) {
        case SOCK_STREAM:
            return option_of(fd, SO_ACCEPTCONN) != 0 ? On::listener : On::stream;
        case SOCK_DGRAM:
        case SOCK_SEQPACKET:
            return On::datagram;
        default:
            return On::anything;
    }
}

/// "/proc/self/fd/7": snprintf(3) is not for signal handlers.
void write_link(int fd, char (&link)[32]) {
    std::strcpy(link, "/proc/self/fd/");
    char* end = link + std::strlen(link);
    int divisor = 1;
    while (fd / divisor >= 10) divisor *= 10;
    for (; divisor > 0; divisor /= 10) *end++ = static_cast<char>('0' + fd / divisor % 10);
    *end = '\0';
}

}  // namespace

bool is_socket(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

On kind_of(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) == -1) return On::anything;
    if (S_ISSOCK(status.st_mode)) return kind_of_socket(fd);
    if (S_ISFIFO(status.st_mode)) return On::pipe;
    return S_ISREG(status.st_mode) ? On::file : On::anything;
}

bool blocks(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    return flags != -1 && (flags & O_NONBLOCK) == 0;
}

bool has_time_limit(int fd, Calls call) {
    timeval limit{};
    socklen_t size = sizeof limit;
    const int option = call == Calls::send ? SO_SNDTIMEO : SO_RCVTIMEO;
    return ::getsockopt(fd, SOL_SOCKET, option, &limit, &size) == 0 &&
           (limit.tv_sec != 0 || limit.tv_usec != 0);
}

bool is_ready(int fd, Calls call) {
    pollfd set{.fd = fd,
               .events = static_cast<short>(call == Calls::send ? POLLOUT : POLLIN),
               .revents = 0};
    // Not poll(2) itself: that one is the program's, and counted.
    const timespec at_once{};
    return ::syscall(SYS_ppoll, &set, 1, &at_once, nullptr, 0) == 1;
}

bool file_name(int fd, char (&name)[PATH_MAX]) {
    char link[32];
    write_link(fd, link);
    const ssize_t length = ::readlink(link, name, PATH_MAX - 1);
    if (length == -1) return false;
    name[length] = '\0';
    constexpr const char* deleted = " (deleted)";
    const std::size_t tail = std::strlen(deleted);
    const auto size = static_cast<std::size_t>(length);
    if (size > tail && std::strcmp(name + size - tail, deleted) == 0) name[size - tail] = '\0';
    return true;
}

void end_connection(int fd) { ::syscall(SYS_shutdown, fd, SHUT_RDWR); }

}  // namespace harness::faults
