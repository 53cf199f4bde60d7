#include "harness/supervisor/excess.hpp"

#include <cstddef>
#include <vector>

#include "harness/supervisor/proc_files.hpp"

namespace harness::supervisor {
namespace {

constexpr std::size_t most_memory = std::size_t{1} << 30U;  // a sanitizer's is in it
constexpr std::size_t most_tasks = 1000;

std::size_t tasks_of(pid_t pid) {
    const auto stat = read_stat(folder_of(pid));
    return stat && stat->state != 'Z' ? stat->threads : 0;
}

template <typename Measure>
std::size_t sum(const std::vector<pid_t>& family, Measure measure) {
    std::size_t total = 0;
    for (const pid_t pid : family) total += measure(pid);
    return total;
}

}  // namespace

std::string excess_of(pid_t pid) {
    const std::vector<pid_t> family = family_of(pid);
    const std::size_t tasks = sum(family, tasks_of);
    if (tasks > most_tasks) return std::to_string(tasks) + " processes and threads";
    // What children share with their parent counts several times here, but that is soon known.
    if (sum(family, memory_of) <= most_memory) return "";
    const std::size_t memory = sum(family, fair_memory_of);
    return memory > most_memory ? std::to_string(memory >> 20U) + " MiB of memory" : "";
}

}  // namespace harness::supervisor
