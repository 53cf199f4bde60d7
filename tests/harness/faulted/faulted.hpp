#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

/// A program that makes the calls its arguments name, and prints a line about each: what a fault
/// does to a program. What it needs for that it does by system calls of its own (syscall(2)), which
/// no fault can reach.
namespace faulted {

using Table = std::map<std::string, std::function<void()>>;

/// Each file has the calls of one kind.
void add_receiving(Table& table);
void add_sending(Table& table);
void add_reading(Table& table);
void add_writing(Table& table);
void add_sockets(Table& table);
void add_waiting(Table& table);
void add_files(Table& table);
void add_resolver(Table& table);
void add_crashes(Table& table);

/// What goes through the calls.
constexpr std::size_t size = 100;
extern const std::array<char, size> message;

/// Prints what a call has returned, or the name of its error.
void print(ssize_t n);

/// The same for a call that has put bytes into `buffer`: those of the message from `offset` on, or
/// "garbled".
void print_received(ssize_t n, const char* buffer, std::size_t offset = 0);

/// Two buffers that make one.
[[nodiscard]] std::array<iovec, 2> two_parts(char* buffer);

struct Ends {
    int ours;
    int theirs;
};
/// Connected sockets, without anything under way or with the message for us.
[[nodiscard]] Ends connected(int type);
[[nodiscard]] int filled_socket(int type);

struct Pipe {
    int read;
    int write;
};
[[nodiscard]] Pipe empty_pipe();
[[nodiscard]] int filled_pipe();

/// A name in the folder of this run, which is removed at the end.
[[nodiscard]] std::string path_of(const std::string& name);
/// A new file, open for reading and writing at its beginning; it has the message, or nothing.
[[nodiscard]] int filled_file(const std::string& name = "a.part");
[[nodiscard]] int empty_file(const std::string& name = "b.part");

/// Whether what can be read at `fd` begins with the first `n` bytes of the message; prints `n` if
/// it does.
void print_sent(ssize_t n, int fd);
void print_written(ssize_t n, int file, std::size_t offset = 0);

}  // namespace faulted
