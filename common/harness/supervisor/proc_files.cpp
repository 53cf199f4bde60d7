#include "harness/supervisor/proc_files.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace harness::supervisor {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(pid_t pid) { return fs::path("/proc") / std::to_string(pid); }

/// The entries of a folder of numbers, such as /proc or /proc/PID/task; none if it is gone.
std::vector<pid_t> numbers_in(const fs::path& folder) {
    std::vector<pid_t> numbers;
    std::error_code gone;
    for (fs::directory_iterator it(folder, gone), end; !gone && it != end; it.increment(gone)) {
        const std::string name = it->path().filename();
        pid_t number = 0;
        const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error == std::errc() && *rest == '\0') numbers.push_back(number);
    }
    return numbers;
}

/// The fields of a stat file after the command name, which may itself contain blanks and brackets.
struct Stat {
    char state = '?';
    pid_t parent = 0;
    pid_t group = 0;
    unsigned long flags = 0;
    unsigned long ticks = 0;  ///< of CPU time, user and system
};

std::optional<Stat> read_stat(const fs::path& folder) {
    std::ifstream file(folder / "stat");
    std::string text;
    if (!std::getline(file, text)) return std::nullopt;
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    Stat stat;
    long skipped = 0;
    fields >> stat.state >> stat.parent >> stat.group;
    fields >> skipped >> skipped >> skipped >> stat.flags;
    for (int i = 0; i < 4; ++i) fields >> skipped;
    unsigned long user = 0;
    unsigned long system = 0;
    fields >> user >> system;
    stat.ticks = user + system;
    return fields ? std::optional(stat) : std::nullopt;
}

/// For kernels without CONFIG_PROC_CHILDREN.
std::vector<pid_t> children_by_search(pid_t parent) {
    std::vector<pid_t> children;
    for (const pid_t pid : numbers_in("/proc")) {
        const auto stat = read_stat(folder_of(pid));
        if (stat && stat->parent == parent) children.push_back(pid);
    }
    return children;
}

/// `syscall`: "running", or the number of the call, six arguments, stack pointer, program counter.
nlohmann::json read_call(const fs::path& folder) {
    std::ifstream file(folder / "syscall");
    std::string number;
    if (!(file >> number) || number == "running") return nullptr;
    auto call = nlohmann::json::array({std::stol(number)});
    for (std::string value; file >> value;) call.push_back(std::stoull(value, nullptr, 16));
    return call;
}

nlohmann::json observe_thread(const fs::path& folder) {
    const auto stat = read_stat(folder);
    if (!stat || stat->state == 'Z' || stat->state == 'X') return nullptr;
    unsigned long switches = 0;
    std::uint64_t caught = 0;
    std::ifstream status(folder / "status");
    for (std::string line; std::getline(status, line);) {
        const auto value = line.substr(line.find('\t') + 1);
        if (line.find("ctxt_switches:") != std::string::npos) switches += std::stoul(value);
        if (line.starts_with("SigCgt:")) caught = std::stoull(value, nullptr, 16);
    }
    return {{"state", std::string(1, stat->state)},
            {"call", read_call(folder)},
            {"switches", switches},
            {"caught", caught}};
}

nlohmann::json descriptors_of(const fs::path& folder) {
    auto descriptors = nlohmann::json::object();
    for (const int fd : numbers_in(folder / "fd")) {
        std::error_code gone;
        const auto target = fs::read_symlink(folder / "fd" / std::to_string(fd), gone);
        if (!gone) descriptors[std::to_string(fd)] = target.string();
    }
    return descriptors;
}

nlohmann::json observe_process(pid_t pid) {
    const fs::path folder = folder_of(pid);
    const auto stat = read_stat(folder);
    if (!stat) return nullptr;
    constexpr unsigned long exiting = 0x4;  // PF_EXITING in the kernel's sched.h
    const auto ticks_a_second = static_cast<unsigned long>(::sysconf(_SC_CLK_TCK));
    auto threads = nlohmann::json::array();
    for (const pid_t tid : numbers_in(folder / "task")) {
        auto thread = observe_thread(folder / "task" / std::to_string(tid));
        if (!thread.is_null()) threads.push_back(std::move(thread));
    }
    // The first thread may have ended before the others: then it alone is a zombie.
    if (threads.empty()) return nullptr;
    return {{"pid", pid},
            {"exiting", (stat->flags & exiting) != 0},
            {"cpu_ms", stat->ticks * 1000 / ticks_a_second},
            {"threads", std::move(threads)},
            {"descriptors", descriptors_of(folder)}};
}

}  // namespace

std::vector<pid_t> children_of(pid_t pid) {
    std::vector<pid_t> children;
    for (const pid_t tid : numbers_in(folder_of(pid) / "task")) {
        const fs::path path = folder_of(pid) / "task" / std::to_string(tid) / "children";
        std::ifstream file(path);
        if (!file) return children_by_search(pid);
        for (pid_t child = 0; file >> child;) children.push_back(child);
    }
    return children;
}

std::string name_of(pid_t pid) {
    std::ifstream file(folder_of(pid) / "comm");
    std::string name;
    std::getline(file, name);
    return name;
}

bool is_zombie(pid_t pid) {
    const auto stat = read_stat(folder_of(pid));
    return !stat || stat->state == 'Z';
}

pid_t group_of(pid_t pid) {
    const auto stat = read_stat(folder_of(pid));
    return stat ? stat->group : 0;
}

std::vector<pid_t> family_of(pid_t pid) {
    std::vector<pid_t> family{pid};
    for (std::size_t i = 0; i < family.size(); ++i) {
        const auto children = children_of(family[i]);
        family.insert(family.end(), children.begin(), children.end());
    }
    return family;
}

std::vector<pid_t> threads_of(pid_t pid) { return numbers_in(folder_of(pid) / "task"); }

nlohmann::json observe(pid_t pid) {
    auto processes = nlohmann::json::array();
    for (const pid_t member : family_of(pid)) {
        auto process = observe_process(member);
        if (!process.is_null()) processes.push_back(std::move(process));
    }
    return {{"processes", std::move(processes)}};
}

}  // namespace harness::supervisor
