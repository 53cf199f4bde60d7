#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace runner {

// What this machine can do, found by trying. A `try_…` returns why it cannot, in the system's words
// ("bind ::1: Cannot assign requested address"); empty if it can. None leaves anything behind.

/// A server at this address of the loopback, and a client of it.
[[nodiscard]] std::string try_loopback(const char* host);

/// What waits in a socket's queues: from INET_DIAG (sock_diag(7)), or /proc/net/tcp.
[[nodiscard]] std::string try_socket_queues();

/// To see in which call a child sleeps (/proc/PID/syscall).
[[nodiscard]] std::string try_seeing_calls();

/// To stop a child and read where it stands (ptrace(2)).
[[nodiscard]] std::string try_tracing();

/// A descriptor that stands for a process (pidfd_open(2)), and a copy of one of its descriptors
/// (pidfd_getfd(2)).
[[nodiscard]] std::string try_process_descriptor();
[[nodiscard]] std::string try_borrowing_descriptors();

/// To be given the orphans among one's descendants (PR_SET_CHILD_SUBREAPER, prctl(2)).
[[nodiscard]] std::string try_adopting_orphans();

/// To load a library into a program that was built without it (LD_PRELOAD, ld.so(8)).
[[nodiscard]] std::string try_preloading(const std::filesystem::path& library);

/// That a program may have as much address space as a sanitizer reserves, which is terabytes.
[[nodiscard]] std::string try_large_address_space();

/// A user and a network of one's own (user_namespaces(7)); a box made by bubblewrap; limits for a
/// group of processes (cgroups(7)).
[[nodiscard]] std::string try_user_namespace();
[[nodiscard]] std::string try_bubblewrap();
[[nodiscard]] std::string try_control_group();

/// In a folder: to make a file; to make it executable, and execute it; to lock it (flock(2)); to
/// take the right to execute it away again.
[[nodiscard]] std::string try_writing(const std::filesystem::path& folder);
[[nodiscard]] std::string try_executing(const std::filesystem::path& folder);
[[nodiscard]] std::string try_locking(const std::filesystem::path& folder);
[[nodiscard]] std::string try_mode_bits(const std::filesystem::path& folder);

/// The newest of some files, and how far its time lies in the future; zero if none does.
struct FutureFile {
    std::filesystem::path file;
    std::chrono::seconds ahead{0};
};
[[nodiscard]] FutureFile newest_in_future(const std::filesystem::path& folder);

/// A drive of Windows, seen from WSL, or another file system without the rights of Linux.
[[nodiscard]] bool is_windows_drive(const std::filesystem::path& folder);

/// 0: not Windows' Linux; 1 or 2: WSL 1 or 2.
[[nodiscard]] int wsl_version(const std::string& kernel);

/// How long it takes here to start a small program and to see it end, the median of some.
[[nodiscard]] std::chrono::milliseconds time_to_start_a_program();

/// Bytes of memory that programs can still have (MemAvailable, proc(5)); 0 if that is not known.
[[nodiscard]] std::size_t available_memory();

/// The encoding of this locale: "UTF-8".
[[nodiscard]] std::string locale_encoding();

}  // namespace runner
