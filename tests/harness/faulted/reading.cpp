#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <fstream>

#include "faulted.hpp"
#include "harness/faults/fortified.hpp"

namespace faulted {
namespace {

constexpr std::size_t offset = 10;
constexpr std::size_t rest = size - offset;
constexpr std::size_t room = size;

using Read = std::function<ssize_t(int fd, char* buffer)>;

std::function<void()> reading(const Read& read, std::size_t from = 0) {
    return [=] {
        std::array<char, size> buffer{};
        const ssize_t n = read(filled_file(), buffer.data());
        print_received(n, buffer.data(), from);
    };
}

std::array<iovec, 2> parts_of_rest(char* buffer) {
    return {iovec{.iov_base = buffer, .iov_len = 60},
            iovec{.iov_base = buffer + 60, .iov_len = rest - 60}};
}

ssize_t read_in_parts(int fd, char* buffer) {
    const auto parts = two_parts(buffer);
    return ::readv(fd, parts.data(), parts.size());
}

void add_reading_at_offset(Table& table) {
    table["pread"] =
        reading([](int fd, char* to) { return ::pread(fd, to, rest, offset); }, offset);
    table["pread64"] =
        reading([](int fd, char* to) { return ::pread64(fd, to, rest, offset); }, offset);
    table["__pread_chk"] =
        reading([](int fd, char* to) { return ::__pread_chk(fd, to, rest, offset, room); }, offset);
    table["__pread64_chk"] = reading(
        [](int fd, char* to) { return ::__pread64_chk(fd, to, rest, offset, room); }, offset);
    table["preadv"] = reading(
        [](int fd, char* to) { return ::preadv(fd, parts_of_rest(to).data(), 2, offset); }, offset);
    table["preadv64"] = reading(
        [](int fd, char* to) { return ::preadv64(fd, parts_of_rest(to).data(), 2, offset); },
        offset);
}

/// What else takes bytes out of a file.
void add_copying(Table& table) {
    table["sendfile"] = [] {
        const Pipe pipe = empty_pipe();
        print_sent(::sendfile(pipe.write, filled_file(), nullptr, size), pipe.read);
    };
    table["sendfile64"] = [] {
        const Pipe pipe = empty_pipe();
        print_sent(::sendfile64(pipe.write, filled_file(), nullptr, size), pipe.read);
    };
    table["splice"] = [] {
        const int file = empty_file();
        print_written(::splice(filled_pipe(), nullptr, file, nullptr, size, 0), file);
    };
    table["copy_file_range"] = [] {
        const int file = empty_file();
        print_written(::copy_file_range(filled_file(), nullptr, file, nullptr, size, 0), file);
    };
}

}  // namespace

void add_reading(Table& table) {
    table["read"] = reading([](int fd, char* to) { return ::read(fd, to, size); });
    table["__read_chk"] =
        reading([](int fd, char* to) { return ::__read_chk(fd, to, size, size); });
    table["readv"] = reading(read_in_parts);
    add_reading_at_offset(table);
    add_copying(table);
    table["read of a pipe"] = [] {
        std::array<char, size> buffer{};
        print_received(::read(filled_pipe(), buffer.data(), size), buffer.data());
    };
    table["readv of a pipe"] = [] {
        std::array<char, size> buffer{};
        print_received(read_in_parts(filled_pipe(), buffer.data()), buffer.data());
    };
    table["read of stdin"] = [] {
        std::array<char, size> buffer{};
        print(::read(STDIN_FILENO, buffer.data(), size));
    };
}

}  // namespace faulted
