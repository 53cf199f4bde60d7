// The calls that move bytes through any descriptor. Through a socket to read is to recv, and to
// write is to send. NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "harness/faults/descriptor.hpp"
#include "harness/faults/fortified.hpp"
#include "harness/faults/next.hpp"
#include "harness/faults/parts.hpp"
#include "harness/faults/visit.hpp"

namespace {

using namespace harness::faults;

LAB_NEXT(read)
LAB_NEXT(__read_chk)
LAB_NEXT(readv)
LAB_NEXT(pread)
LAB_NEXT(__pread_chk)
LAB_NEXT(pread64)
LAB_NEXT(__pread64_chk)
LAB_NEXT(preadv)
LAB_NEXT(preadv64)
LAB_NEXT(write)
LAB_NEXT(writev)
LAB_NEXT(pwrite)
LAB_NEXT(pwrite64)
LAB_NEXT(pwritev)
LAB_NEXT(pwritev64)
LAB_NEXT(sendfile)
LAB_NEXT(sendfile64)
LAB_NEXT(splice)
LAB_NEXT(copy_file_range)

/// Without a plan it does not matter which of the two it is.
bool is_known_socket(int fd) {
    const KeepErrno keep;
    return plan != nullptr && is_socket(fd);
}

Visit reading(const char* function, int fd, std::size_t size) {
    return {.call = is_known_socket(fd) ? Calls::recv : Calls::read,
            .function = function,
            .fd = fd,
            .size = size};
}

Visit writing(const char* function, int fd, std::size_t size) {
    return {.call = is_known_socket(fd) ? Calls::send : Calls::write,
            .function = function,
            .fd = fd,
            .size = size};
}

/// Does `real(parts, count)` with buffers, of which one call may take only the first bytes.
template <typename Real>
ssize_t transfer_parts(Visit visit, const iovec* parts, int count, Real real) {
    const std::size_t number = number_of_parts(count);
    visit.size = size_of(parts, number);
    return transfer(visit, [&](std::size_t taken) {
        if (taken == visit.size) return real(parts, count);
        FirstBytes first(parts, number, taken);
        return real(first.data(), static_cast<int>(first.count()));
    });
}

/// A call that takes bytes from one descriptor to another is two of ours.
template <typename Real>
ssize_t transfer_between(const char* function, int from, int to, std::size_t size, Real real) {
    return transfer(writing(function, to, size), [&](std::size_t may_write) {
        return transfer(reading(function, from, may_write), real);
    });
}

}  // namespace

extern "C" {

ssize_t read(int fd, void* data, size_t size) {
    return transfer(reading("read", fd, size), [&](size_t n) { return next_read()(fd, data, n); });
}

ssize_t __read_chk(int fd, void* data, size_t size, size_t room) {
    return transfer(reading("read", fd, size),
                    [&](size_t n) { return next___read_chk()(fd, data, n, room); });
}

ssize_t readv(int fd, const iovec* parts, int count) {
    return transfer_parts(reading("readv", fd, 0), parts, count,
                          [&](const iovec* first, int n) { return next_readv()(fd, first, n); });
}

ssize_t pread(int fd, void* data, size_t size, off_t at) {
    return transfer(reading("pread", fd, size),
                    [&](size_t n) { return next_pread()(fd, data, n, at); });
}

ssize_t __pread_chk(int fd, void* data, size_t size, off_t at, size_t room) {
    return transfer(reading("pread", fd, size),
                    [&](size_t n) { return next___pread_chk()(fd, data, n, at, room); });
}

ssize_t pread64(int fd, void* data, size_t size, off64_t at) {
    return transfer(reading("pread", fd, size),
                    [&](size_t n) { return next_pread64()(fd, data, n, at); });
}

ssize_t __pread64_chk(int fd, void* data, size_t size, off64_t at, size_t room) {
    return transfer(reading("pread", fd, size),
                    [&](size_t n) { return next___pread64_chk()(fd, data, n, at, room); });
}

ssize_t preadv(int fd, const iovec* parts, int count, off_t at) {
    return transfer_parts(reading("preadv", fd, 0), parts, count, [&](const iovec* first, int n) {
        return next_preadv()(fd, first, n, at);
    });
}

ssize_t preadv64(int fd, const iovec* parts, int count, off64_t at) {
    return transfer_parts(reading("preadv", fd, 0), parts, count, [&](const iovec* first, int n) {
        return next_preadv64()(fd, first, n, at);
    });
}

ssize_t write(int fd, const void* data, size_t size) {
    return transfer(writing("write", fd, size),
                    [&](size_t n) { return next_write()(fd, data, n); });
}

ssize_t writev(int fd, const iovec* parts, int count) {
    return transfer_parts(writing("writev", fd, 0), parts, count,
                          [&](const iovec* first, int n) { return next_writev()(fd, first, n); });
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
    return transfer(writing("pwrite", fd, size),
                    [&](size_t n) { return next_pwrite()(fd, data, n, at); });
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
    return transfer(writing("pwrite", fd, size),
                    [&](size_t n) { return next_pwrite64()(fd, data, n, at); });
}

ssize_t pwritev(int fd, const iovec* parts, int count, off_t at) {
    return transfer_parts(writing("pwritev", fd, 0), parts, count, [&](const iovec* first, int n) {
        return next_pwritev()(fd, first, n, at);
    });
}

ssize_t pwritev64(int fd, const iovec* parts, int count, off64_t at) {
    return transfer_parts(writing("pwritev", fd, 0), parts, count, [&](const iovec* first, int n) {
        return next_pwritev64()(fd, first, n, at);
    });
}

ssize_t sendfile(int to, int from, off_t* at, size_t size) noexcept {
    return transfer_between("sendfile", from, to, size,
                            [&](size_t n) { return next_sendfile()(to, from, at, n); });
}

ssize_t sendfile64(int to, int from, off64_t* at, size_t size) noexcept {
    return transfer_between("sendfile", from, to, size,
                            [&](size_t n) { return next_sendfile64()(to, from, at, n); });
}

ssize_t splice(int from, off64_t* from_at, int to, off64_t* to_at, size_t size, unsigned flags) {
    return transfer_between("splice", from, to, size, [&](size_t n) {
        return next_splice()(from, from_at, to, to_at, n, flags);
    });
}

ssize_t copy_file_range(int from, off64_t* from_at, int to, off64_t* to_at, size_t size,
                        unsigned flags) {
    return transfer_between("copy_file_range", from, to, size, [&](size_t n) {
        return next_copy_file_range()(from, from_at, to, to_at, n, flags);
    });
}

}  // extern "C"

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
