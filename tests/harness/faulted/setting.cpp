// What the calls need around them, made without the functions that faults can reach.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <iostream>

#include "faulted.hpp"

namespace faulted {
namespace {

std::array<char, size> make_message() {
    std::array<char, size> text{};
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('!' + i % 90);
    return text;
}

const char* check_name(ssize_t n, const char* buffer, std::size_t offset) {
    return std::memcmp(buffer, message.data() + offset, static_cast<std::size_t>(n)) == 0
               ? nullptr
               : "garbled";
}

void need(long result) {
    if (result >= 0) return;
    std::cout << "no setting: " << std::strerror(errno) << std::endl;
    std::exit(1);
}

void fill(int fd) { need(::syscall(SYS_write, fd, message.data(), size)); }

/// The names that are ever used in it.
class Folder {
public:
    Folder() { need(::mkdtemp(name_) == nullptr ? -1 : 0); }
    ~Folder() {
        for (const char* name : {"a.part", "b.part", "c.part"})
            ::syscall(SYS_unlinkat, AT_FDCWD, path(name).c_str(), 0);
        ::syscall(SYS_unlinkat, AT_FDCWD, path("d.part").c_str(), AT_REMOVEDIR);
        ::syscall(SYS_unlinkat, AT_FDCWD, name_, AT_REMOVEDIR);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string path(const std::string& name) const { return name_ + ('/' + name); }

private:
    char name_[20] = "/tmp/faulted-XXXXXX";
};

int open_new(const std::string& name) {
    constexpr int rights = 0600;
    const auto fd = static_cast<int>(
        ::syscall(SYS_openat, AT_FDCWD, path_of(name).c_str(), O_RDWR | O_CREAT | O_TRUNC, rights));
    need(fd);
    return fd;
}

}  // namespace

const std::array<char, size> message = make_message();

void print(ssize_t n) {
    if (n == -1) {
        std::cout << ::strerrorname_np(errno) << std::endl;
    } else {
        std::cout << n << std::endl;
    }
}

void print_received(ssize_t n, const char* buffer, std::size_t offset) {
    if (n > 0 && check_name(n, buffer, offset) != nullptr) {
        std::cout << "garbled" << std::endl;
    } else {
        print(n);
    }
}

std::array<iovec, 2> two_parts(char* buffer) {
    return {iovec{.iov_base = buffer, .iov_len = 60},
            iovec{.iov_base = buffer + 60, .iov_len = 40}};
}

Ends connected(int type) {
    std::array<int, 2> ends{};
    need(::socketpair(AF_UNIX, type, 0, ends.data()));
    return {.ours = ends[0], .theirs = ends[1]};
}

int filled_socket(int type) {
    const Ends ends = connected(type);
    fill(ends.theirs);
    return ends.ours;
}

Pipe empty_pipe() {
    std::array<int, 2> ends{};
    need(::pipe(ends.data()));
    return {.read = ends[0], .write = ends[1]};
}

int filled_pipe() {
    const Pipe pipe = empty_pipe();
    fill(pipe.write);
    return pipe.read;
}

std::string path_of(const std::string& name) {
    static const Folder folder;
    return folder.path(name);
}

int filled_file(const std::string& name) {
    const int fd = open_new(name);
    fill(fd);
    need(::syscall(SYS_lseek, fd, 0, SEEK_SET));
    return fd;
}

int empty_file(const std::string& name) { return open_new(name); }

void print_sent(ssize_t n, int fd) {
    if (n <= 0) return print(n);
    std::array<char, 2 * size> buffer{};
    const auto there = ::syscall(SYS_read, fd, buffer.data(), buffer.size());
    if (there == n) return print_received(n, buffer.data());
    std::cout << "of " << n << " bytes " << there << " are there" << std::endl;
}

void print_written(ssize_t n, int file, std::size_t offset) {
    if (n <= 0) return print(n);
    std::array<char, 2 * size> buffer{};
    const auto there = ::syscall(SYS_pread64, file, buffer.data(), buffer.size(), offset);
    if (there == n) return print_received(n, buffer.data());
    std::cout << "of " << n << " bytes " << there << " are there" << std::endl;
}

}  // namespace faulted
