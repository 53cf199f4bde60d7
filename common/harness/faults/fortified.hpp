#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <csignal>
#include <cstddef>
#include <ctime>

/// What a compiler calls in the place of recv, read, poll and open with -D_FORTIFY_SOURCE: it knows
/// the room in the buffer. They are in libc, but in none of its headers for other code to use.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
ssize_t __recv_chk(int fd, void* data, std::size_t size, std::size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void* data, std::size_t size, std::size_t room, int flags,
                       sockaddr* from, socklen_t* from_size);
ssize_t __read_chk(int fd, void* data, std::size_t size, std::size_t room);
ssize_t __pread_chk(int fd, void* data, std::size_t size, off_t at, std::size_t room);
ssize_t __pread64_chk(int fd, void* data, std::size_t size, off64_t at, std::size_t room);
int __poll_chk(pollfd* set, nfds_t count, int time, std::size_t room);
int __ppoll_chk(pollfd* set, nfds_t count, const timespec* time, const sigset_t* mask,
                std::size_t room);
int __open_2(const char* path, int flags);
int __open64_2(const char* path, int flags);
int __openat_2(int folder, const char* path, int flags);
int __openat64_2(int folder, const char* path, int flags);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
