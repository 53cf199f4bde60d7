#include "harness/supervisor/processes.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "harness/supervisor/excess.hpp"
#include "harness/supervisor/observe.hpp"
#include "harness/supervisor/proc_files.hpp"
#include "harness/supervisor/stacks.hpp"
#include "net/error.hpp"

namespace harness::supervisor {
namespace {

using net::check;

nlohmann::json describe(const siginfo_t& info) {
    if (info.si_pid == 0) return {{"running", true}};
    if (info.si_code == CLD_EXITED) return {{"exit", info.si_status}};
    return {{"signal", info.si_status}};
}

/// Whether a process has ended, or does so within a moment.
bool ends_soon(pid_t pid) {
    constexpr int a_moment_ms = 300;
    const net::Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    pollfd set{.fd = process.get(), .events = POLLIN, .revents = 0};
    return !process || ::poll(&set, 1, a_moment_ms) == 1;
}

}  // namespace

Processes::Processes() { check(::prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl"); }

int Processes::add(pid_t pid) {
    pids_[++last_id_] = pid;
    return last_id_;
}

nlohmann::json Processes::ending(int id) const {
    siginfo_t info{};
    // WNOWAIT: it stays a zombie until stop(), so that its number is not given to another process.
    const auto pid = static_cast<id_t>(pid_of(id));
    check(::waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT), "waitid");
    auto result = describe(info);
    if (const auto found = excesses_.find(id); found != excesses_.end())
        result["excess"] = found->second;
    return result;
}

nlohmann::json Processes::observe(int id) const { return supervisor::observe(pid_of(id)); }

nlohmann::json Processes::stacks(int id) const { return stacks_of(pid_of(id)); }

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
    if (const auto excess = excesses_.extract(id)) result["excess"] = excess.mapped();

    // Whoever was in the group of a program that we ended went with it. Others have outlived it.
    auto left = nlohmann::json::array();
    for (bool again = true; again;) {
        again = false;
        for (const pid_t orphan : children_of(::getpid())) {
            const pid_t group = group_of(orphan);
            if (is_ours(orphan) || is_ours(group)) continue;  // another program's, that still runs
            // One that has ended, or is about to, is not left behind, only not yet asked for.
            if ((!ran || group != pid) && !ends_soon(orphan)) left.push_back(name_of(orphan));
            ::kill(orphan, SIGKILL);
            ::waitpid(orphan, nullptr, 0);
            again = true;  // its own children are ours now
        }
    }
    result["left"] = std::move(left);
    return result;
}

void Processes::end_excesses() {
    for (const auto& [id, pid] : pids_) {
        if (excesses_.contains(id)) continue;
        std::string excess = excess_of(pid);
        if (excess.empty()) continue;
        excesses_[id] = std::move(excess);
        ::kill(-pid, SIGKILL);
        ::kill(pid, SIGKILL);
    }
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
