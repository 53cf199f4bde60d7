#pragma once

#include <fcntl.h>

#include <cstddef>
#include <filesystem>
#include <iterator>

namespace net_tests {

inline std::ptrdiff_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
}

inline bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

inline bool closes_on_exec(int fd) { return ::fcntl(fd, F_GETFD) == FD_CLOEXEC; }

}  // namespace net_tests
