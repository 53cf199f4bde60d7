// Starts a test program and, at its orders, the programs under test; stands outside both, and
// leaves no process behind, however they end. The orders come over a socket
// (harness/programs/channel.hpp):
//
//   {"do": "start", "arguments": […], "environment": {…}, "stdin": "pipe" or "null",
//    "limits": {"descriptors": N, "file_size": N, "address_space": N}}
//       → {"id": 1, "pid": 4711}, with pidfd, stdout, stderr and perhaps stdin
//   {"do": "ending", "id": 1}   → {"running": true}, {"exit": 0} or {"signal": 13}; and "excess"
//                                 if it took too much and was ended for that (excess.hpp)
//   {"do": "observe", "id": 1}  → what harness/diagnosis/observation.hpp reads
//   {"do": "stacks", "id": 1}   → what harness/diagnosis/live_stack.hpp reads
//   {"do": "signal", "id": 1, "signal": 15} → {}
//   {"do": "signal every thread", "id": 1, "signal": 15} → {}: of the program and its children
//   {"do": "stop", "id": 1}     → its ending, and "left": the names of processes that outlived it
//   What fails is answered by {"error": "why"}.
//
// Usage: supervisor TEST_PROGRAM [ARGUMENT…]
// Its exit status is the test program's; 128 + N if that was ended by signal N.

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "harness/programs/channel.hpp"
#include "harness/supervisor/processes.hpp"
#include "net/error.hpp"

namespace harness::supervisor {
namespace {

using net::check;
using net::Fd;

Limits parse_limits(const nlohmann::json& json) {
    return {.descriptors = json.at("descriptors"),
            .file_size = json.at("file_size"),
            .address_space = json.at("address_space")};
}

/// Descriptors go along with the answer and are closed here once it is sent.
Message start(Processes& processes, const nlohmann::json& order) {
    auto started = supervisor::start({.arguments = order.at("arguments"),
                                      .environment = order.at("environment"),
                                      .stdin_is_pipe = order.at("stdin") == "pipe",
                                      .limits = parse_limits(order.at("limits"))});
    Message answer{.body = {{"id", processes.add(started.pid)}, {"pid", started.pid}}, .fds = {}};
    answer.fds.push_back(std::move(started.pidfd));
    answer.fds.push_back(std::move(started.output));
    answer.fds.push_back(std::move(started.errors));
    if (started.input) answer.fds.push_back(std::move(started.input));
    return answer;
}

Message obey(Processes& processes, const nlohmann::json& order) {
    const std::string what = order.at("do");
    if (what == "start") return start(processes, order);
    const int id = order.at("id");
    if (what == "ending") return {.body = processes.ending(id), .fds = {}};
    if (what == "observe") return {.body = processes.observe(id), .fds = {}};
    if (what == "stacks") return {.body = processes.stacks(id), .fds = {}};
    if (what == "stop") return {.body = processes.stop(id), .fds = {}};
    if (what == "signal") {
        processes.signal(id, order.at("signal"));
        return {.body = nlohmann::json::object(), .fds = {}};
    }
    if (what == "signal every thread") {
        processes.signal_every_thread(id, order.at("signal"));
        return {.body = nlohmann::json::object(), .fds = {}};
    }
    throw std::invalid_argument("unknown order: " + what);
}

/// Serves one order. Returns false when the test program has gone.
bool serve(int channel, Processes& processes) {
    const auto order = receive_message(channel);
    if (!order) return false;
    Message answer;
    try {
        answer = obey(processes, order->body);
    } catch (const std::exception& e) {
        answer.body = {{"error", e.what()}};
    }
    std::vector<int> fds;
    for (const Fd& fd : answer.fds) fds.push_back(fd.get());
    send_message(channel, answer.body, fds);
    return true;
}

pid_t start_judge(char* arguments[], const Fd& channel) {
    const pid_t pid = check(::fork(), "fork");
    if (pid != 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::fcntl(channel.get(), F_SETFD, 0);
    ::setenv("LAB_SUPERVISOR_FD", std::to_string(channel.get()).c_str(), 1);
    ::execvp(arguments[0], arguments);
    std::cerr << "supervisor: execute " << arguments[0] << ": "
              << std::generic_category().message(errno) << '\n';
    ::_exit(127);
}

Fd signals_as_descriptor() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
    check(::sigprocmask(SIG_BLOCK, &set, nullptr), "sigprocmask");
    return Fd(check(::signalfd(-1, &set, SFD_CLOEXEC), "signalfd"));
}

/// How often the programs are looked at whether they take too much.
constexpr int between_looks_ms = 50;

/// Serves orders until the test program has gone or we are told to stop.
void serve_all(int channel, int signals, pid_t judge, Processes& processes) {
    pollfd set[] = {{.fd = signals, .events = POLLIN, .revents = 0},
                    {.fd = channel, .events = POLLIN, .revents = 0}};
    for (;;) {
        if (net::retry_on_eintr([&] { return ::poll(set, std::size(set), between_looks_ms); }) ==
            -1)
            net::throw_errno("poll");
        processes.end_excesses();
        if (set[0].revents != 0) {
            ::kill(judge, SIGKILL);
            return;
        }
        if (set[1].revents != 0 && !serve(channel, processes)) return;
    }
}

int run(char* arguments[]) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    const Fd signals = signals_as_descriptor();
    int ends[2];
    check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "socketpair");
    const Fd channel(ends[0]);
    Fd theirs(ends[1]);

    Processes processes;
    const pid_t judge = start_judge(arguments, theirs);
    processes.spare(judge);
    theirs.reset();
    serve_all(channel.get(), signals.get(), judge, processes);
    processes.stop_all();

    int status = 0;
    check(net::retry_on_eintr([&] { return ::waitpid(judge, &status, 0); }), "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace
}  // namespace harness::supervisor

int main(int argc, char* argv[]) {
    if (argc < 2) {
        std::cerr << "usage: supervisor TEST_PROGRAM [ARGUMENT…]\n";
        return 2;
    }
    try {
        return harness::supervisor::run(argv + 1);
    } catch (const std::exception& e) {
        std::cerr << "supervisor: " << e.what() << '\n';
        return 1;
    }
}
