#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

#include "runner/doctor/probes.hpp"
#include "runner/machine/subprocess.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

std::string why(const std::string& what, int error = errno) {
    return what + ": " + std::strerror(error);
}

/// A child that waits until it is ended, as a program under test might.
class Sleeper {
public:
    Sleeper() : pid_(::fork()) {
        if (pid_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) ::pause();
    }
    ~Sleeper() {
        if (pid_ == -1) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

private:
    pid_t pid_;
};

/// Does something in a child, which tells errno by its exit status: 0 for success.
template <typename Action>
std::string in_child(const char* what, Action action) {
    const pid_t pid = ::fork();
    if (pid == -1) return why("fork");
    if (pid == 0) ::_exit(action() ? 0 : errno);
    int status = 0;
    while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
    }
    if (!WIFEXITED(status)) return std::string(what) + ": it is killed for that";
    return WEXITSTATUS(status) == 0 ? "" : why(what, WEXITSTATUS(status));
}

int open_process(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

bool makes_folder_in(const fs::path& group) {
    const fs::path mine = group / ("lab-doctor-" + std::to_string(::getpid()));
    if (::mkdir(mine.c_str(), 0700) == -1) return false;
    ::rmdir(mine.c_str());
    return true;
}

}  // namespace

std::string try_seeing_calls() {
    const Sleeper child;
    std::ifstream file("/proc/" + std::to_string(child.pid()) + "/syscall");
    std::string call;
    return std::getline(file, call) ? "" : "read /proc/PID/syscall of a child: it is refused";
}

std::string try_tracing() {
    const Sleeper child;
    if (::ptrace(PTRACE_ATTACH, child.pid(), nullptr, nullptr) == -1)
        return why("ptrace of a child");
    while (::waitpid(child.pid(), nullptr, __WALL) == -1 && errno == EINTR) {
    }
    ::ptrace(PTRACE_DETACH, child.pid(), nullptr, nullptr);
    return "";
}

std::string try_process_descriptor() {
    const Sleeper child;
    const int fd = open_process(child.pid());
    if (fd == -1) return why("pidfd_open");
    ::close(fd);
    return "";
}

std::string try_borrowing_descriptors() {
    const Sleeper child;
    const int process = open_process(child.pid());
    if (process == -1) return why("pidfd_open");
    const int fd = static_cast<int>(::syscall(SYS_pidfd_getfd, process, STDIN_FILENO, 0));
    std::string result = fd == -1 ? why("pidfd_getfd of a child") : "";
    if (fd != -1) ::close(fd);
    ::close(process);
    return result;
}

std::string try_adopting_orphans() {
    return in_child("prctl PR_SET_CHILD_SUBREAPER",
                    [] { return ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0; });
}

std::string try_preloading(const fs::path& library) {
    const Outcome outcome = run(
        {.words = {"cat", "/proc/self/maps"}, .environment = {{"LD_PRELOAD", library.string()}}});
    const auto error = outcome.output.find("ERROR: ld.so");
    if (error != std::string::npos)
        return outcome.output.substr(error, outcome.output.find('\n', error) - error);
    const bool loaded = outcome.output.find('/' + library.filename().string()) != std::string::npos;
    return loaded ? "" : "LD_PRELOAD has no effect";
}

std::string try_large_address_space() {
    rlimit limit{};
    ::getrlimit(RLIMIT_AS, &limit);
    if (limit.rlim_max == RLIM_INFINITY && limit.rlim_cur == RLIM_INFINITY) return "";
    return "a program may have " + std::to_string(limit.rlim_cur >> 20U) +
           " MiB of address space (ulimit -v)";
}

std::string try_user_namespace() {
    return in_child("unshare a user and a network",
                    [] { return ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0; });
}

std::string try_bubblewrap() {
    std::vector<std::string> words{"bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/",
                                   "/",     "true"};
    // What it may do as root says nothing, and as root no box must be started.
    if (::geteuid() == 0) {
        words.insert(words.begin(),
                     {"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"});
    }
    const Outcome outcome = run({.words = words});
    if (outcome.status == 0) return "";
    return outcome.status == 127 ? "bwrap is not installed"
                                 : outcome.output.substr(0, outcome.output.find('\n'));
}

std::string try_control_group() {
    std::ifstream file("/proc/self/cgroup");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("0::/") && makes_folder_in("/sys/fs/cgroup/" + line.substr(4)))
            return "";
    }
    const fs::path first_version = "/sys/fs/cgroup/memory";
    if (fs::exists(first_version) && makes_folder_in(first_version)) return "";
    return "no control group can be made";
}

std::chrono::milliseconds time_to_start_a_program() {
    using std::chrono::steady_clock;
    std::array<steady_clock::duration, 9> times{};
    for (auto& time : times) {
        const auto start = steady_clock::now();
        (void)run({.words = {"true"}});
        time = steady_clock::now() - start;
    }
    auto* const median = times.begin() + times.size() / 2;
    std::nth_element(times.begin(), median, times.end());
    return std::chrono::ceil<std::chrono::milliseconds>(*median);
}

}  // namespace runner
