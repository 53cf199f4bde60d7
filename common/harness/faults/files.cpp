// The calls that are about files and their names.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>

#include "harness/faults/fortified.hpp"
#include "harness/faults/next.hpp"
#include "harness/faults/visit.hpp"

namespace {

using namespace harness::faults;

LAB_NEXT(open)
LAB_NEXT(open64)
LAB_NEXT(openat)
LAB_NEXT(openat64)
LAB_NEXT(__open_2)
LAB_NEXT(__open64_2)
LAB_NEXT(__openat_2)
LAB_NEXT(__openat64_2)
LAB_NEXT(creat)
LAB_NEXT(creat64)
LAB_NEXT(fopen)
LAB_NEXT(fopen64)
LAB_NEXT(rename)
LAB_NEXT(renameat)
LAB_NEXT(renameat2)
LAB_NEXT(unlink)
LAB_NEXT(unlinkat)
LAB_NEXT(remove)
LAB_NEXT(link)
LAB_NEXT(linkat)
LAB_NEXT(mkdir)
LAB_NEXT(mkdirat)
LAB_NEXT(fsync)
LAB_NEXT(fdatasync)
LAB_NEXT(truncate)
LAB_NEXT(truncate64)
LAB_NEXT(ftruncate)
LAB_NEXT(ftruncate64)

Visit about(Calls call, const char* function, const char* path, const char* other_path = nullptr) {
    return {.call = call, .function = function, .path = path, .other_path = other_path};
}

Visit about(Calls call, const char* function, int fd) {
    return {.call = call, .function = function, .fd = fd};
}

/// What open(2) has as its last argument, if it may make a file; else nobody has given it.
mode_t mode_of(int flags, va_list rest) {
    const bool makes_file = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    return makes_file ? va_arg(rest, mode_t) : 0;
}

template <typename Real>
FILE* open_stream(const char* path, Real real) {
    const Fate fate = fate_of(about(Calls::open, "fopen", path));
    if (fate.error == 0) return real();
    errno = fate.error;
    return nullptr;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return pass(about(Calls::open, "open", path), [&] { return next_open()(path, flags, mode); });
}

int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return pass(about(Calls::open, "open", path), [&] { return next_open64()(path, flags, mode); });
}

int openat(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return pass(about(Calls::open, "openat", path),
                [&] { return next_openat()(folder, path, flags, mode); });
}

int openat64(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return pass(about(Calls::open, "openat", path),
                [&] { return next_openat64()(folder, path, flags, mode); });
}

int __open_2(const char* path, int flags) {
    return pass(about(Calls::open, "open", path), [&] { return next___open_2()(path, flags); });
}

int __open64_2(const char* path, int flags) {
    return pass(about(Calls::open, "open", path), [&] { return next___open64_2()(path, flags); });
}

int __openat_2(int folder, const char* path, int flags) {
    return pass(about(Calls::open, "openat", path),
                [&] { return next___openat_2()(folder, path, flags); });
}

int __openat64_2(int folder, const char* path, int flags) {
    return pass(about(Calls::open, "openat", path),
                [&] { return next___openat64_2()(folder, path, flags); });
}

int creat(const char* path, mode_t mode) {
    return pass(about(Calls::open, "creat", path), [&] { return next_creat()(path, mode); });
}

int creat64(const char* path, mode_t mode) {
    return pass(about(Calls::open, "creat", path), [&] { return next_creat64()(path, mode); });
}

FILE* fopen(const char* path, const char* how) {
    return open_stream(path, [&] { return next_fopen()(path, how); });
}

FILE* fopen64(const char* path, const char* how) {
    return open_stream(path, [&] { return next_fopen64()(path, how); });
}

int rename(const char* from, const char* to) noexcept {
    return pass(about(Calls::rename, "rename", from, to), [&] { return next_rename()(from, to); });
}

int renameat(int old_folder, const char* from, int folder, const char* to) noexcept {
    return pass(about(Calls::rename, "renameat", from, to),
                [&] { return next_renameat()(old_folder, from, folder, to); });
}

int renameat2(int old_folder, const char* from, int folder, const char* to,
              unsigned flags) noexcept {
    return pass(about(Calls::rename, "renameat2", from, to),
                [&] { return next_renameat2()(old_folder, from, folder, to, flags); });
}

int unlink(const char* path) noexcept {
    return pass(about(Calls::unlink, "unlink", path), [&] { return next_unlink()(path); });
}

int unlinkat(int folder, const char* path, int flags) noexcept {
    return pass(about(Calls::unlink, "unlinkat", path),
                [&] { return next_unlinkat()(folder, path, flags); });
}

int remove(const char* path) noexcept {
    return pass(about(Calls::unlink, "remove", path), [&] { return next_remove()(path); });
}

int link(const char* from, const char* to) noexcept {
    return pass(about(Calls::link, "link", from, to), [&] { return next_link()(from, to); });
}

int linkat(int old_folder, const char* from, int folder, const char* to, int flags) noexcept {
    return pass(about(Calls::link, "linkat", from, to),
                [&] { return next_linkat()(old_folder, from, folder, to, flags); });
}

int mkdir(const char* path, mode_t mode) noexcept {
    return pass(about(Calls::mkdir, "mkdir", path), [&] { return next_mkdir()(path, mode); });
}

int mkdirat(int folder, const char* path, mode_t mode) noexcept {
    return pass(about(Calls::mkdir, "mkdirat", path),
                [&] { return next_mkdirat()(folder, path, mode); });
}

int fsync(int fd) {
    return pass(about(Calls::sync, "fsync", fd), [&] { return next_fsync()(fd); });
}

int fdatasync(int fd) {
    return pass(about(Calls::sync, "fdatasync", fd), [&] { return next_fdatasync()(fd); });
}

int truncate(const char* path, off_t size) noexcept {
    return pass(about(Calls::truncate, "truncate", path),
                [&] { return next_truncate()(path, size); });
}

int truncate64(const char* path, off64_t size) noexcept {
    return pass(about(Calls::truncate, "truncate", path),
                [&] { return next_truncate64()(path, size); });
}

int ftruncate(int fd, off_t size) noexcept {
    return pass(about(Calls::truncate, "ftruncate", fd),
                [&] { return next_ftruncate()(fd, size); });
}

int ftruncate64(int fd, off64_t size) noexcept {
    return pass(about(Calls::truncate, "ftruncate", fd),
                [&] { return next_ftruncate64()(fd, size); });
}

}  // extern "C"

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
