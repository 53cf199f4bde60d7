// A program under test in a debugger. `lab test --debug` reads what is told here on stdout: lines
// "@debugger " and JSON, {"event": "awaited", "pid": N, "program": NAME}, {"event": "attached"},
// {"event": "failed", "verdict": V, "says": TEXT}, {"event": "over"}: the program is about to be
// ended.

#include "harness/programs/debugging.hpp"

#include <poll.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/programs/process.hpp"
#include "harness/run/held_time.hpp"

namespace harness {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int between_looks_ms = 20;

void tell(const nlohmann::json& event) {
    std::cout << "\n@debugger "
              << event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
}

}  // namespace

std::size_t debugged_start() {
    const char* text = std::getenv("LAB_DEBUG");
    return text == nullptr ? 0 : std::strtoul(text, nullptr, 10);
}

/// However long it takes somebody to come.
void Process::await_debugger() {
    tell({{"event", "awaited"}, {"pid", pid_}, {"program", options_.name}});
    const auto start = steady_clock::now();
    while (!faults_.debugger_has_come() && !is_traced(pid_) && !ending_) {
        pollfd set{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
        ::poll(&set, 1, between_looks_ms);
        serve();
    }
    hold_time_for(steady_clock::now() - start);
    hold_time_with(pid_);
    if (!ending_) tell({{"event", "attached"}});
}

/// Until it has ended, the debugger has left it, or it has been going on for a moment: who steps
/// through it halts it again at once.
void Process::wait_while_examined() {
    constexpr milliseconds a_moment{500};
    auto halted = steady_clock::now();
    while (!ending_ && is_traced(pid_) && steady_clock::now() - halted < a_moment) {
        pollfd set{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
        ::poll(&set, 1, between_looks_ms);
        serve();
        if (is_halted(pid_)) halted = steady_clock::now();
    }
}

void Process::show_failure_in_debugger(const Failure& failure) {
    if (!debugged_ || ending_ || !is_traced(pid_)) return;
    tell({{"event", "failed"}, {"verdict", to_string(failure.verdict)}, {"says", failure.says}});
    // The debugger takes this signal for a wish to look, and keeps it from the program.
    if (!is_halted(pid_)) send(SIGINT);
    wait_while_examined();
}

/// Before the test ends the program, so that a signal out of nowhere is understood.
void Process::leave_debugger() {
    if (!debugged_) return;
    wait_while_examined();
    if (!ending_ && is_traced(pid_)) tell({{"event", "over"}});
}

/// A program that has ended belongs to its debugger first: only when that has asked how, may we.
bool Process::debugger_keeps_end() const {
    if (!debugged_ || !is_traced(pid_)) return false;
    ::poll(nullptr, 0, 1);  // the descriptor says that it has ended, again and again
    return true;
}

}  // namespace harness
