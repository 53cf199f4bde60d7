#include "runner/verify/commands/shell_terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "runner/machine/subprocess.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto limit = std::chrono::minutes(1);

// No page prints these: the shell's prompt is STATUS_BEGINS, the exit status, STATUS_ENDS.
constexpr char status_begins = '\x1e';
constexpr char status_ends = '\x1f';
constexpr char asks_for_more = '\x1d';

/// A terminal that does not echo: only what programs print is of interest.
termios quiet_terminal() {
    termios mode{};
    mode.c_iflag = ICRNL;
    mode.c_oflag = OPOST;
    mode.c_cflag = CS8 | CREAD;
    mode.c_lflag = ISIG | ICANON | IEXTEN;
    mode.c_cc[VINTR] = 'C' - '@';
    mode.c_cc[VSUSP] = 'Z' - '@';
    mode.c_cc[VEOF] = 'D' - '@';
    mode.c_cc[VMIN] = 1;
    ::cfsetspeed(&mode, B38400);
    return mode;
}

/// What /proc/PID/stat says; two empty texts when the process has gone.
std::pair<std::string, std::string> state_and_terminal(const fs::path& process) {
    std::ifstream file(process / "stat");
    std::string line;
    std::getline(file, line);
    const auto name_ends = line.rfind(") ");
    if (name_ends == std::string::npos) return {};
    std::istringstream fields(line.substr(name_ends + 2));
    std::string state;
    std::string terminal;
    std::string between;
    fields >> state >> between >> between >> between >> terminal;
    return {state, terminal};
}

/// sleep(1) and its like, which go on by themselves.
bool is_waiting_for_time(const fs::path& process) {
    std::ifstream file(process / "wchan");
    std::string where;
    std::getline(file, where);
    return where.find("nanosleep") != std::string::npos;
}

/// How often a process has given up or lost its core.
std::string switches(const fs::path& process) {
    std::ifstream file(process / "status");
    std::string all;
    for (std::string line; std::getline(file, line);) {
        if (line.find("ctxt_switches") != std::string::npos) all += line + ' ';
    }
    return all;
}

/// As proc(5) writes it.
std::string number_of(const std::string& terminal) {
    struct stat info {};
    if (::stat(terminal.c_str(), &info) == -1)
        throw std::system_error(errno, std::system_category(), "stat " + terminal);
    const unsigned low = minor(info.st_rdev);
    return std::to_string((low & 0xffU) | (major(info.st_rdev) << 8U) | ((low & ~0xffU) << 12U));
}

int check(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::system_category(), what);
    return result;
}

[[noreturn]] void become(char* const* argv, const char* folder, int terminal) {
    // Whoever has started us in the background may have made us ignore Ctrl-C.
    for (int number = 1; number < SIGRTMIN; ++number) ::signal(number, SIG_DFL);
    const sigset_t signals = ending_signals();
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    const bool ready = ::login_tty(terminal) == 0;
    // What another thread reads just now would shift the numbers that strace shows.
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    if (ready && ::chdir(folder) == 0) ::execvp(argv[0], argv);
    ::dprintf(STDERR_FILENO, "%s: %s", argv[0], ::strerrordesc_np(errno));
    ::_exit(127);
}

}  // namespace

std::vector<std::string> ShellTerminal::shell() {
    const std::string prompt = std::string(1, status_begins) + "$?" + status_ends;
    return {"env",
            "PS1=" + prompt,
            "HISTFILE=",
            std::string("PS2=") + asks_for_more,
            "LC_ALL=C.UTF-8",
            "TERM=dumb",
            "bash",
            "--norc",
            "--noprofile",
            "--noediting"};
}

ShellTerminal::ShellTerminal(const std::vector<std::string>& words, const fs::path& folder) {
    std::vector<std::string> copies = words;
    std::vector<char*> argv;
    argv.reserve(copies.size() + 1);
    for (std::string& word : copies) argv.push_back(word.data());
    argv.push_back(nullptr);

    // forkpty(3) would leave our end open in the programs that are started meanwhile.
    fd_ = check(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
    check(::grantpt(fd_), "grantpt");
    check(::unlockpt(fd_), "unlockpt");
    std::array<char, 64> name{};
    check(-::ptsname_r(fd_, name.data(), name.size()), "ptsname_r");
    const int other_end = check(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC), name.data());
    const termios mode = quiet_terminal();
    const winsize size{.ws_row = 50, .ws_col = 120, .ws_xpixel = 0, .ws_ypixel = 0};
    check(::tcsetattr(other_end, TCSANOW, &mode), "tcsetattr");
    check(::ioctl(other_end, TIOCSWINSZ, &size), "TIOCSWINSZ");
    pid_ = ::fork();
    if (pid_ == 0) become(argv.data(), folder.c_str(), other_end);
    check(pid_, "fork");
    ::close(other_end);
    tty_number_ = number_of(name.data());
    if (!await_prompt()) throw std::runtime_error("no shell: " + printed_);
}

ShellTerminal::~ShellTerminal() {
    ::close(fd_);
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) == -1 && errno == EINTR) {
    }
}

void ShellTerminal::type(const std::string& line) {
    std::string keys = line + '\n';
    if (line.starts_with("Ctrl-")) keys = std::string(1, static_cast<char>(line.at(5) - '@'));
    prompt_ = Prompt::none;
    for (std::string_view left = keys; !left.empty();) {
        const ssize_t n = ::write(fd_, left.data(), left.size());
        if (n == -1 && errno != EINTR)
            throw std::system_error(errno, std::system_category(), "write to a terminal");
        if (n > 0) left.remove_prefix(static_cast<std::size_t>(n));
    }
}

void ShellTerminal::take(const char* data, std::size_t size) {
    for (const char c : std::string_view(data, size)) {
        if (in_status_ && c != status_ends) {
            unread_status_ += c;
        } else if (c == status_begins) {
            in_status_ = true;
            if (!printed_.empty() && printed_.back() != '\n') printed_ += '\n';
        } else if (c == status_ends) {
            in_status_ = false;
            status_ = std::atoi(unread_status_.c_str());
            unread_status_.clear();
            prompt_ = Prompt::command;
        } else if (c == asks_for_more) {
            prompt_ = Prompt::more;
        } else if (c != '\r') {
            printed_ += c;
        }
    }
}

void ShellTerminal::read_for(int milliseconds) {
    pollfd set{.fd = fd_, .events = POLLIN, .revents = 0};
    while (!ended_ && ::poll(&set, 1, milliseconds) == 1) {
        std::array<char, 4096> buffer;
        const ssize_t n = ::read(fd_, buffer.data(), buffer.size());
        if (n > 0) take(buffer.data(), static_cast<std::size_t>(n));
        ended_ = n == 0 || (n == -1 && errno != EINTR);
        milliseconds = 0;
    }
}

/// Looks again and again whether all that runs in the terminal sleeps.
class ShellTerminal::Watch {
public:
    explicit Watch(ShellTerminal& terminal) : terminal_(terminal) {}

    /// Takes what is printed, for as long. Returns how many looks in a row have found the same.
    int look(int milliseconds) {
        const std::size_t size = terminal_.printed_.size();
        terminal_.read_for(milliseconds);
        if (terminal_.ended_)
            throw std::runtime_error("the shell has ended:\n" + terminal_.printed_);
        if (Clock::now() > end_)
            throw std::runtime_error("still busy after a minute:\n" + terminal_.printed_);
        if (terminal_.printed_.size() != size) last_print_ = Clock::now();
        const auto now = terminal_.sleepers();
        const bool unchanged = now && now == before_ && terminal_.printed_.size() == size;
        same_ = unchanged ? same_ + 1 : 0;
        before_ = now;
        return same_;
    }

    /// How long nothing has been printed.
    [[nodiscard]] Clock::duration silence() const { return Clock::now() - last_print_; }

private:
    ShellTerminal& terminal_;
    Clock::time_point last_print_ = Clock::now();
    Clock::time_point end_ = Clock::now() + limit;
    std::optional<std::string> before_;
    int same_ = 0;
};

bool ShellTerminal::await_prompt() {
    constexpr int looks = 100;
    Watch watch(*this);
    while (prompt_ == Prompt::none) {
        if (watch.look(50) == looks)
            throw std::runtime_error("it waits, and does not end by itself:\n" + printed_);
    }
    return prompt_ == Prompt::command;
}

bool ShellTerminal::await_rest() {
    constexpr int looks = 5;
    constexpr auto patience = std::chrono::seconds(5);
    Watch watch(*this);
    while (prompt_ == Prompt::none && watch.look(20) < looks && watch.silence() < patience) {
    }
    return prompt_ == Prompt::command;
}

std::optional<std::string> ShellTerminal::sleepers() const {
    std::string all;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto [state, terminal] = state_and_terminal(entry.path());
        if (terminal != tty_number_) continue;
        const bool sleeps = state == "S" || state == "T" || state == "t";
        if (!sleeps || is_waiting_for_time(entry.path())) return std::nullopt;
        all.append(name).append(state).append(switches(entry.path()));
    }
    return all;
}

}  // namespace runner
