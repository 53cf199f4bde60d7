#include "harness/supervisor/start.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "net/error.hpp"

namespace harness::supervisor {
namespace {

using net::check;
using net::Fd;

struct Pipe {
    Fd read;
    Fd write;
};

Pipe make_pipe() {
    int ends[2];
    check(::pipe2(ends, O_CLOEXEC), "pipe2");
    return {.read = Fd(ends[0]), .write = Fd(ends[1])};
}

Fd open_pidfd(pid_t pid) {
    return Fd(static_cast<int>(check(::syscall(SYS_pidfd_open, pid, 0), "pidfd_open")));
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (std::string& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const std::string name = text.substr(0, text.find('='));
        // What we and the tests are told is none of the student's business.
        if (!name.starts_with("LAB_") && !more.contains(name)) result.push_back(text);
    }
    for (const auto& [name, value] : more)
        result.push_back(std::string(name).append("=").append(value));
    return result;
}

/// All that a child needs, made before fork(2): after it only async-signal-safe calls are allowed.
struct Child {
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::vector<char*> argument_list;
    std::vector<char*> environment_list;
    int input;
    int output;
    int errors;
    int report;  ///< takes errno if exec fails
    Limits limits;
    pid_t parent;
};

void set_limit(__rlimit_resource resource, rlim_t value) {
    const rlimit limit{.rlim_cur = value, .rlim_max = value};
    ::setrlimit(resource, &limit);
}

void set(const Limits& limits) {
    if (limits.descriptors != 0) set_limit(RLIMIT_NOFILE, limits.descriptors);
    if (limits.address_space != 0) set_limit(RLIMIT_AS, limits.address_space);
    if (limits.file_size == 0) return;
    set_limit(RLIMIT_FSIZE, limits.file_size);
    ::signal(SIGXFSZ, SIG_IGN);
}

[[noreturn]] void become(const Child& child) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // without us nobody would end it
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // Whoever has started us may ignore signals, as a shell does for what runs in its background.
    for (int number = 1; number < SIGRTMIN; ++number) ::signal(number, SIG_DFL);
    set_limit(RLIMIT_CORE, 0);
    set(child.limits);
    const bool ready = ::getppid() == child.parent && ::dup2(child.input, STDIN_FILENO) != -1 &&
                       ::dup2(child.output, STDOUT_FILENO) != -1 &&
                       ::dup2(child.errors, STDERR_FILENO) != -1;
    // Ours are close-on-exec, but not those that we have inherited ourselves.
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    if (ready) {
        ::execve(child.argument_list.front(), child.argument_list.data(),
                 child.environment_list.data());
    }
    const int error = errno;
    const bool told = ::write(child.report, &error, sizeof error) == sizeof error;
    ::_exit(told ? 127 : 126);
}

pid_t spawn(const Order& order, const Fd& input, const Fd& output, const Fd& errors) {
    Pipe report = make_pipe();
    Child child{.arguments = order.arguments,
                .environment = environment_with(order.environment),
                .argument_list = {},
                .environment_list = {},
                .input = input.get(),
                .output = output.get(),
                .errors = errors.get(),
                .report = report.write.get(),
                .limits = order.limits,
                .parent = ::getpid()};
    child.argument_list = pointers(child.arguments);
    child.environment_list = pointers(child.environment);

    const pid_t pid = check(::fork(), "fork");
    if (pid == 0) become(child);
    report.write.reset();
    int error = 0;
    if (net::retry_on_eintr([&] { return ::read(report.read.get(), &error, sizeof error); }) > 0) {
        ::waitpid(pid, nullptr, 0);
        throw std::system_error(error, std::system_category(),
                                "execute " + order.arguments.front());
    }
    return pid;
}

}  // namespace

Started start(const Order& order) {
    Pipe output = make_pipe();
    Pipe errors = make_pipe();
    Pipe input;
    if (order.stdin_is_pipe) {
        input = make_pipe();
    } else {
        input.read = Fd(check(::open("/dev/null", O_RDONLY | O_CLOEXEC), "open /dev/null"));
    }
    const pid_t pid = spawn(order, input.read, output.write, errors.write);
    return {.pid = pid,
            .pidfd = open_pidfd(pid),
            .output = std::move(output.read),
            .errors = std::move(errors.read),
            .input = std::move(input.write)};
}

}  // namespace harness::supervisor
