#include "harness/run/held_time.hpp"

#include <fstream>
#include <string>
#include <string_view>

namespace harness {
namespace {

using std::chrono::steady_clock;

struct Held {
    pid_t pid = 0;
    bool was_halted = false;
    steady_clock::time_point looked{};
    steady_clock::duration sum{};
};

Held held;

/// What stands behind a key in /proc/PID/status; empty if the process is gone.
std::string status_of(pid_t pid, std::string_view key) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(key)) return line.substr(line.find('\t') + 1);
    return {};
}

}  // namespace

bool is_traced(pid_t pid) {
    const std::string tracer = status_of(pid, "TracerPid:");
    return !tracer.empty() && tracer != "0";
}

bool is_halted(pid_t pid) { return status_of(pid, "State:").starts_with('t'); }

void hold_time_for(steady_clock::duration duration) { held.sum += duration; }

void hold_time_with(pid_t pid) {
    held.pid = pid;
    held.was_halted = true;  // whoever has just attached has halted it
    held.looked = steady_clock::now();
}

void forget_held(pid_t pid) {
    if (held.pid == pid) held.pid = 0;
}

steady_clock::duration held_time() {
    if (held.pid == 0) return held.sum;
    const auto now = steady_clock::now();
    const bool halted = is_halted(held.pid);
    if (halted || held.was_halted) held.sum += now - held.looked;
    held.was_halted = halted;
    held.looked = now;
    return held.sum;
}

}  // namespace harness
