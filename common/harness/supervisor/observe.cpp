#include "harness/supervisor/observe.hpp"

#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>

#include "harness/supervisor/maps.hpp"
#include "harness/supervisor/proc_files.hpp"
#include "harness/supervisor/wakers.hpp"

namespace harness::supervisor {
namespace {

namespace fs = std::filesystem;

/// `syscall`: "running", or the number of the call, six arguments, stack pointer, program counter;
/// -1 and the last two only for a thread that sleeps in no call. Empty for one that runs.
std::vector<std::uint64_t> read_call(const fs::path& folder) {
    std::ifstream file(folder / "syscall");
    std::string number;
    if (!(file >> number) || number == "running") return {};
    std::vector<std::uint64_t> call{static_cast<std::uint64_t>(std::stol(number))};
    for (std::string value; file >> value;) call.push_back(std::stoull(value, nullptr, 16));
    return call;
}

struct Status {
    unsigned long slept = 0;  ///< context switches that it has asked for itself
    unsigned long preempted = 0;
    std::uint64_t blocked = 0;
    std::uint64_t caught = 0;
};

Status read_status(const fs::path& folder) {
    Status result;
    std::ifstream file(folder / "status");
    for (std::string line; std::getline(file, line);) {
        const auto value = line.substr(line.find('\t') + 1);
        if (line.starts_with("voluntary_ctxt_switches:")) result.slept = std::stoul(value);
        if (line.starts_with("nonvoluntary_ctxt_switches:")) result.preempted = std::stoul(value);
        if (line.starts_with("SigBlk:")) result.blocked = std::stoull(value, nullptr, 16);
        if (line.starts_with("SigCgt:")) result.caught = std::stoull(value, nullptr, 16);
    }
    return result;
}

/// ThreadSanitizer has a thread of its own that looks round every few milliseconds, with every
/// signal blocked, and calls the system from its own code, not libc's.
bool is_of_sanitizer(pid_t pid, const std::vector<std::uint64_t>& call, std::uint64_t blocked) {
    constexpr std::uint64_t blockable =
        ~((std::uint64_t{1} << (SIGKILL - 1)) | (std::uint64_t{1} << (SIGSTOP - 1)) |
          (std::uint64_t{3} << 31));  // 32 and 33 are libc's own
    if (call.empty() || (blocked & blockable) != blockable) return false;
    const auto number = static_cast<long>(call.front());
    if (number != SYS_clock_nanosleep && number != SYS_nanosleep) return false;
    const auto code = find_mapping(pid, call.back());
    return code && code->file.find("/libc.so") == std::string::npos &&
           code->file.find("/libc-") == std::string::npos;
}

/// "socket:[4711]", "/dev/null"; empty if the descriptor is gone.
std::string target_of(pid_t pid, int fd) {
    std::error_code gone;
    return fs::read_symlink(folder_of(pid) / "fd" / std::to_string(fd), gone);
}

nlohmann::json observe_thread(pid_t pid, pid_t tid) {
    const fs::path folder = folder_of(pid, tid);
    const auto stat = read_stat(folder);
    if (!stat || stat->state == 'Z' || stat->state == 'X') return nullptr;
    const Status status = read_status(folder);
    const auto call = read_call(folder);
    if (is_of_sanitizer(pid, call, status.blocked)) return nullptr;
    const bool asleep = stat->state == 'S' && call.size() > 1;
    return {{"tid", tid},
            {"state", std::string(1, stat->state)},
            {"call", call},
            {"target", asleep ? target_of(pid, static_cast<int>(call.at(1))) : ""},
            {"switches", status.slept + status.preempted},
            {"slept", status.slept},
            {"may_wake",
             may_get_signal_of_timer(status.caught) || (asleep && may_end_by_itself(pid, call))}};
}

/// A socket tells its protocol as an attribute of its file, with a zero at the end: "TCP", "UDPv6".
/// One that may be built on TCP (MPTCP, SMC), and one that does not tell, counts as TCP.
bool may_be_tcp(pid_t pid, int fd) {
    static constexpr std::array<std::string_view, 5> others{"UDP", "UDPv6", "UNIX", "UNIX-STREAM",
                                                            "NETLINK"};
    const auto link = folder_of(pid) / "fd" / std::to_string(fd);
    std::array<char, 64> name{};
    const auto size =
        ::getxattr(link.c_str(), "system.sockprotoname", name.data(), name.size() - 1);
    return size <= 0 || std::find(others.begin(), others.end(), name.data()) == others.end();
}

struct Descriptors {
    std::size_t count = 0;
    std::vector<std::uint64_t> tcp_sockets;  ///< their inodes
    bool may_wake = false;
};

Descriptors descriptors_of(pid_t pid) {
    static constexpr std::string_view socket = "socket:[";
    Descriptors result;
    for (const int fd : numbers_in(folder_of(pid) / "fd")) {
        const std::string target = target_of(pid, fd);
        ++result.count;
        result.may_wake = result.may_wake || may_wake(pid, fd, target);
        if (target.starts_with(socket) && may_be_tcp(pid, fd))
            result.tcp_sockets.push_back(std::stoull(target.substr(socket.size())));
    }
    return result;
}

/// "VmHWM:     1234 kB", in bytes.
std::size_t peak_memory_of(pid_t pid) {
    const auto peak = value_of(folder_of(pid) / "status", "VmHWM");
    return peak ? std::stoul(*peak) * 1024 : 0;
}

nlohmann::json observe_process(pid_t pid) {
    const auto stat = read_stat(folder_of(pid));
    if (!stat) return nullptr;
    constexpr unsigned long exiting = 0x4;  // PF_EXITING in the kernel's sched.h
    const auto ticks_a_second = static_cast<unsigned long>(::sysconf(_SC_CLK_TCK));
    auto threads = nlohmann::json::array();
    for (const pid_t tid : threads_of(pid)) {
        auto thread = observe_thread(pid, tid);
        if (!thread.is_null()) threads.push_back(std::move(thread));
    }
    // The first thread may have ended before the others: then it alone is a zombie.
    if (threads.empty()) return nullptr;
    const Descriptors descriptors = descriptors_of(pid);
    return {{"pid", pid},
            {"exiting", (stat->flags & exiting) != 0},
            {"cpu_ms", stat->ticks * 1000 / ticks_a_second},
            {"peak_memory", peak_memory_of(pid)},
            {"threads", std::move(threads)},
            {"descriptors", descriptors.count},
            {"tcp_sockets", descriptors.tcp_sockets},
            {"may_wake", descriptors.may_wake}};
}

}  // namespace

nlohmann::json observe(pid_t pid) {
    auto processes = nlohmann::json::array();
    std::size_t zombies = 0;
    for (const pid_t member : family_of(pid)) {
        auto process = observe_process(member);
        if (!process.is_null()) {
            processes.push_back(std::move(process));
        } else if (member != pid) {
            ++zombies;
        }
    }
    return {{"processes", std::move(processes)}, {"zombies", zombies}};
}

}  // namespace harness::supervisor
