#include "runner/machine/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <set>
#include <system_error>

namespace runner {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::system_category(), what);
}

/// The parts of execvpe(3), made before fork(2).
struct Image {
    explicit Image(const Command& command) : words(command.words) {
        for (char** entry = environ; *entry != nullptr; ++entry) {
            const std::string text = *entry;
            const bool replaced = command.environment.contains(text.substr(0, text.find('=')));
            if (!replaced) variables.push_back(text);
        }
        for (const auto& [name, value] : command.environment) {
            variables.push_back(fmt::format("{}={}", name, value));
        }
        for (std::string& word : words) argv.push_back(word.data());
        for (std::string& variable : variables) envp.push_back(variable.data());
        argv.push_back(nullptr);
        envp.push_back(nullptr);
    }

    std::vector<std::string> words;
    std::vector<std::string> variables;
    std::vector<char*> argv;
    std::vector<char*> envp;
};

/// The commands that run.
class Running {
public:
    /// Starts one more, which `start` forks.
    template <typename Start>
    pid_t add(Start start) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !closed_; });
        const pid_t pid = start();
        if (pid != -1) pids_.insert(pid);
        return pid;
    }

    /// Returns only if nobody has ended all: what ended so must not be taken for a result.
    void remove(pid_t pid) {
        std::unique_lock lock(mutex_);
        pids_.erase(pid);
        changed_.notify_all();
        changed_.wait(lock, [&] { return !closed_; });
    }

    void end_all() {
        std::unique_lock lock(mutex_);
        closed_ = true;
        for (const pid_t pid : pids_) ::kill(pid, SIGTERM);
        changed_.wait(lock, [&] { return pids_.empty(); });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<pid_t> pids_;
    bool closed_ = false;
};

Running& running() {
    // Never destroyed: whoever ends us may still wait in it.
    static auto* commands = new Running;
    return *commands;
}

void unblock_ending_signals() {
    const sigset_t signals = ending_signals();
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

[[noreturn]] void execute(const Image& image) {
    ::execvpe(image.argv[0], image.argv.data(), image.envp.data());
    ::dprintf(STDERR_FILENO, "%s: %s", image.argv[0], ::strerrordesc_np(errno));
    ::_exit(127);
}

[[noreturn]] void become(const Image& image, const Command& command, int output) {
    unblock_ending_signals();
    if (command.own_group) ::setpgid(0, 0);
    const int null = ::open("/dev/null", O_RDONLY);
    const bool ready = null != -1 && ::dup2(null, STDIN_FILENO) != -1 &&
                       ::dup2(output, STDOUT_FILENO) != -1 && ::dup2(output, STDERR_FILENO) != -1 &&
                       (command.folder.empty() || ::chdir(command.folder.c_str()) == 0);
    if (ready) execute(image);
    ::dprintf(STDERR_FILENO, "%s: %s", image.argv[0], ::strerrordesc_np(errno));
    ::_exit(127);
}

/// Takes output until its end, and hands on whole lines.
class Lines {
public:
    explicit Lines(const std::function<void(const std::string&)>& on_line) : on_line_(on_line) {}

    void add(const char* data, std::size_t size, std::string& all) {
        all.append(data, size);
        if (!on_line_) return;
        for (std::size_t end = all.find('\n', taken_); end != std::string::npos;
             end = all.find('\n', taken_)) {
            on_line_(all.substr(taken_, end - taken_));
            taken_ = end + 1;
        }
    }

private:
    const std::function<void(const std::string&)>& on_line_;
    std::size_t taken_ = 0;
};

void read_all(int fd, pid_t pid, const Command& command, Outcome& outcome) {
    Lines lines(command.on_line);
    const auto end = Clock::now() + command.limit.value_or(std::chrono::milliseconds(0));
    std::array<char, 16384> buffer;
    for (;;) {
        int timeout = -1;
        if (command.limit && !outcome.timed_out) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
            timeout = static_cast<int>(std::max<long>(0, left.count()));
        }
        pollfd set{.fd = fd, .events = POLLIN, .revents = 0};
        const int ready = ::poll(&set, 1, timeout);
        if (ready == 0) {
            outcome.timed_out = true;
            ::kill(pid, SIGTERM);
        }
        if (ready <= 0) continue;
        const ssize_t n = ::read(fd, buffer.data(), buffer.size());
        if (n == 0) return;
        if (n > 0) lines.add(buffer.data(), static_cast<std::size_t>(n), outcome.output);
    }
}

/// Waits until a child has ended, and leaves it to be waited for: its number stays taken.
void await_end(pid_t pid) {
    siginfo_t ended{};
    while (::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT) == -1 &&
           errno == EINTR) {
    }
}

/// Takes a command that has ended off the list. Returns its exit status, or 128 + N.
int take_status(pid_t pid) {
    // Until then nobody else's process can get a signal that is meant for it.
    running().remove(pid);
    int status = 0;
    while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Outcome run(const Command& command) {
    if (command.stop.stop_requested()) throw Cancelled();
    const Image image(command);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == -1) throw_errno("pipe2");
    const pid_t pid = running().add([&] {
        const pid_t child = ::fork();
        if (child == 0) become(image, command, ends[1]);
        return child;
    });
    if (pid == -1) throw_errno("fork");
    ::close(ends[1]);

    Outcome outcome;
    {
        const std::stop_callback on_stop(command.stop, [pid] { ::kill(pid, SIGTERM); });
        read_all(ends[0], pid, command, outcome);
        ::close(ends[0]);
        await_end(pid);
    }
    outcome.status = take_status(pid);
    if (command.stop.stop_requested()) throw Cancelled();
    return outcome;
}

int run_on_terminal(const Command& command) {
    const Image image(command);
    const pid_t pid = running().add([&] {
        const pid_t child = ::fork();
        if (child == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGTERM);
            unblock_ending_signals();
            execute(image);
        }
        return child;
    });
    if (pid == -1) throw_errno("fork");
    await_end(pid);
    return take_status(pid);
}

sigset_t ending_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, number);
    return signals;
}

void end_all() { running().end_all(); }

}  // namespace runner
