#include "runner/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
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

[[noreturn]] void become(const Image& image, const std::filesystem::path& folder, int output) {
    const int null = ::open("/dev/null", O_RDONLY);
    const bool ready = null != -1 && ::dup2(null, STDIN_FILENO) != -1 &&
                       ::dup2(output, STDOUT_FILENO) != -1 && ::dup2(output, STDERR_FILENO) != -1 &&
                       (folder.empty() || ::chdir(folder.c_str()) == 0);
    if (ready) ::execvpe(image.argv[0], image.argv.data(), image.envp.data());
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

}  // namespace

Outcome run(const Command& command) {
    const Image image(command);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == -1) throw_errno("pipe2");
    const pid_t pid = ::fork();
    if (pid == -1) throw_errno("fork");
    if (pid == 0) become(image, command.folder, ends[1]);
    ::close(ends[1]);

    Outcome outcome;
    read_all(ends[0], pid, command, outcome);
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
    }
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return outcome;
}

}  // namespace runner
