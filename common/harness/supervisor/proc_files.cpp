#include "harness/supervisor/proc_files.hpp"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <sstream>

namespace harness::supervisor {
namespace {

namespace fs = std::filesystem;

/// For kernels without CONFIG_PROC_CHILDREN.
std::vector<pid_t> children_by_search(pid_t parent) {
    std::vector<pid_t> children;
    for (const pid_t pid : numbers_in("/proc")) {
        const auto stat = read_stat(folder_of(pid));
        if (stat && stat->parent == parent) children.push_back(pid);
    }
    return children;
}

}  // namespace

fs::path folder_of(pid_t pid) { return fs::path("/proc") / std::to_string(pid); }

fs::path folder_of(pid_t pid, pid_t tid) { return folder_of(pid) / "task" / std::to_string(tid); }

std::vector<int> numbers_in(const fs::path& folder) {
    std::vector<int> numbers;
    std::error_code gone;
    for (fs::directory_iterator it(folder, gone), end; !gone && it != end; it.increment(gone)) {
        const std::string name = it->path().filename();
        int number = 0;
        const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error == std::errc() && *rest == '\0') numbers.push_back(number);
    }
    return numbers;
}

std::optional<Stat> read_stat(const fs::path& folder) {
    std::ifstream file(folder / "stat");
    std::string text;
    if (!std::getline(file, text)) return std::nullopt;
    // Behind the command name, which may itself contain blanks and brackets.
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    Stat stat;
    long skipped = 0;
    fields >> stat.state >> stat.parent >> stat.group;
    fields >> skipped >> skipped >> skipped >> stat.flags;
    for (int i = 0; i < 4; ++i) fields >> skipped;
    unsigned long user = 0;
    unsigned long system = 0;
    fields >> user >> system;
    for (int i = 0; i < 4; ++i) fields >> skipped;
    fields >> stat.threads;
    stat.ticks = user + system;
    return fields ? std::optional(stat) : std::nullopt;
}

std::optional<std::string> value_of(const fs::path& file, const std::string& key) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(key + ':')) continue;
        const auto start = line.find_first_not_of(" \t", key.size() + 1);
        return start == std::string::npos ? "" : line.substr(start);
    }
    return std::nullopt;
}

std::vector<pid_t> children_of(pid_t pid) {
    std::vector<pid_t> children;
    for (const pid_t tid : threads_of(pid)) {
        std::ifstream file(folder_of(pid, tid) / "children");
        if (!file) return children_by_search(pid);
        for (pid_t child = 0; file >> child;) children.push_back(child);
    }
    return children;
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

std::size_t memory_of(pid_t pid) {
    std::ifstream file(folder_of(pid) / "statm");
    std::size_t size = 0;
    std::size_t resident = 0;
    if (!(file >> size >> resident)) return 0;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t fair_memory_of(pid_t pid) {
    const auto size = value_of(folder_of(pid) / "smaps_rollup", "Pss");
    return size ? std::stoul(*size) * 1024 : memory_of(pid);
}

}  // namespace harness::supervisor
