#include "harness/supervisor/processes.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "harness/supervisor/proc_files.hpp"
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
    rlim_t descriptors;
    pid_t parent;
};

void set_limit(__rlimit_resource resource, rlim_t value) {
    const rlimit limit{.rlim_cur = value, .rlim_max = value};
    ::setrlimit(resource, &limit);
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
    if (child.descriptors != 0) set_limit(RLIMIT_NOFILE, child.descriptors);
    const bool ready = ::getppid() == child.parent && ::dup2(child.input, STDIN_FILENO) != -1 &&
                       ::dup2(child.output, STDOUT_FILENO) != -1 &&
                       ::dup2(child.errors, STDERR_FILENO) != -1;
    // Every other descriptor of ours is close-on-exec.
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
                .descriptors = order.descriptors,
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

nlohmann::json describe(const siginfo_t& info) {
    if (info.si_pid == 0) return {{"running", true}};
    if (info.si_code == CLD_EXITED) return {{"exit", info.si_status}};
    return {{"signal", info.si_status}};
}

}  // namespace

Processes::Processes() { check(::prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl"); }

Started Processes::start(const Order& order) {
    Pipe output = make_pipe();
    Pipe errors = make_pipe();
    Pipe input;
    if (order.stdin_is_pipe) {
        input = make_pipe();
    } else {
        input.read = Fd(check(::open("/dev/null", O_RDONLY | O_CLOEXEC), "open /dev/null"));
    }
    const pid_t pid = spawn(order, input.read, output.write, errors.write);
    pids_[++last_id_] = pid;
    return {.id = last_id_,
            .pid = pid,
            .pidfd = open_pidfd(pid),
            .output = std::move(output.read),
            .errors = std::move(errors.read),
            .input = std::move(input.write)};
}

nlohmann::json Processes::ending(int id) const {
    siginfo_t info{};
    // WNOWAIT: it stays a zombie until stop(), so that its number is not given to another process.
    const auto pid = static_cast<id_t>(pid_of(id));
    check(::waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT), "waitid");
    return describe(info);
}

nlohmann::json Processes::observe(int id) const { return supervisor::observe(pid_of(id)); }

void Processes::signal(int id, int number) const { check(::kill(pid_of(id), number), "kill"); }

void Processes::signal_every_thread(int id, int number) const {
    for (const pid_t pid : family_of(pid_of(id))) {
        for (const pid_t tid : threads_of(pid)) {
            // One that has just ended needs no signal any more.
            (void)::syscall(SYS_tgkill, pid, tid, number);
        }
    }
}

nlohmann::json Processes::stop(int id) {
    const pid_t pid = pid_of(id);
    const bool ran = ending(id).contains("running");
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);  // it may have left its own group
    siginfo_t info{};
    check(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED), "waitid");
    pids_.erase(id);
    auto result = describe(info);

    // Whoever was in the group of a program that we ended went with it. Others have outlived it.
    auto left = nlohmann::json::array();
    for (bool again = true; again;) {
        again = false;
        for (const pid_t orphan : children_of(::getpid())) {
            const pid_t group = group_of(orphan);
            if (is_ours(orphan) || is_ours(group)) continue;  // another program's, that still runs
            // One that has ended is not left behind, only not yet asked for.
            if ((!ran || group != pid) && !is_zombie(orphan)) left.push_back(name_of(orphan));
            ::kill(orphan, SIGKILL);
            ::waitpid(orphan, nullptr, 0);
            again = true;  // its own children are ours now
        }
    }
    result["left"] = std::move(left);
    return result;
}

void Processes::stop_all() {
    while (!pids_.empty()) stop(pids_.begin()->first);
}

pid_t Processes::pid_of(int id) const {
    const auto found = pids_.find(id);
    if (found == pids_.end())
        throw std::out_of_range("no program with the number " + std::to_string(id));
    return found->second;
}

bool Processes::is_ours(pid_t pid) const {
    return pid == judge_ || std::any_of(pids_.begin(), pids_.end(),
                                        [&](const auto& entry) { return entry.second == pid; });
}

}  // namespace harness::supervisor
