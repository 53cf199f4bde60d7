#include "harness/faults/debugger.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>

namespace harness::faults {
namespace {

/// "TracerPid:\t0" in /proc/self/status (proc(5)).
bool is_traced() {
    std::array<char, 4096> text{};
    const int fd = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (fd == -1) return true;  // then it can never be told
    const bool read = ::read(fd, text.data(), text.size() - 1) > 0;
    ::close(fd);
    static constexpr const char* key = "TracerPid:\t";
    const char* found = read ? std::strstr(text.data(), key) : nullptr;
    return found == nullptr || found[std::strlen(key)] != '0';
}

}  // namespace

void await_debugger() {
    // Where Yama guards processes, only an ancestor could attach without this.
    ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    constexpr timespec between_looks{.tv_sec = 0, .tv_nsec = 5'000'000};
    while (!is_traced()) ::nanosleep(&between_looks, nullptr);
}

}  // namespace harness::faults
