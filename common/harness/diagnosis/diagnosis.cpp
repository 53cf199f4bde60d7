#include "harness/diagnosis/diagnosis.hpp"

#include <algorithm>
#include <csignal>
#include <sstream>

#include "harness/diagnosis/sanitizer_report.hpp"
#include "harness/diagnosis/stack.hpp"
#include "harness/diagnosis/vain_wait.hpp"
#include "harness/run/bytes.hpp"
#include "harness/run/wait.hpp"

namespace harness {
namespace {

bool is_about_life(Verdict verdict) {
    switch (verdict) {
        case Verdict::refused:
        case Verdict::reset:
        case Verdict::closed_early:
        case Verdict::no_reply:
        case Verdict::hang:
        case Verdict::busy:
            return true;
        default:
            return false;
    }
}

/// What a test has explained tells more than that the program has ended by itself.
Failure of_end(const Process& process, const Failure& failure) {
    return {
        .verdict = Verdict::exited,
        .says = "it " + to_string(*process.ending()) + " before its work was done: " + failure.says,
        .means = current_run().explains()
                     ? ""
                     : "the program has ended by itself: what it said on stderr, or its exit "
                       "status, tells where",
        .idea = failure.idea};
}

Failure of_sigpipe(const Process& process) {
    Failure failure{.verdict = Verdict::sigpipe,
                    .says = "it was killed by SIGPIPE",
                    .means =
                        "writing to a connection whose other end has closed kills a process, "
                        "unless send is given MSG_NOSIGNAL: then it fails with EPIPE",
                    .idea = Concept::dying_peers};
    tell_places(failure, student_frames(process.faults().stack_of(SIGPIPE)));
    return failure;
}

/// What was said at the end: by an exception that nobody has caught, which has more than one line,
/// by assert(), or by libc.
std::vector<std::string> last_words(const std::string& err) {
    const auto exception = err.rfind("terminate called");
    const auto last = err.find_last_not_of('\n');
    if (last == std::string::npos) return {};
    const auto begin = exception != std::string::npos ? exception : err.rfind('\n', last) + 1;
    std::istringstream text(err.substr(begin));
    std::vector<std::string> lines;
    constexpr std::size_t enough = 3;
    for (std::string line; lines.size() < enough && std::getline(text, line);)
        lines.push_back(printable(line.substr(0, 200)));
    return lines;
}

Failure of_crash(const Process& process, const Ending& ending) {
    const bool aborted = ending.number == SIGABRT;
    Failure failure{
        .verdict = Verdict::crash,
        .says = "it " + to_string(ending),
        .means = aborted ? "an exception that nobody has caught, or a call of abort(): its "
                           "last words on stderr say which"
                         : "a signal that no other process has sent: the program has crashed",
        .idea = Concept::return_values};
    if (aborted) failure.details = last_words(process.err());
    if (process.err().find("terminate called without an active exception") != std::string::npos) {
        failure.means =
            "a std::thread was destroyed that nobody has joined or detached: join it before it "
            "goes "
            "out of scope (std::jthread does)";
    }
    tell_places(failure, student_frames(process.faults().stack_of(ending.number)));
    return failure;
}

/// A shell, env(1) and their like exit so when they cannot start what they were told to.
bool could_not_start(const Process& tool) {
    const auto& ending = tool.ending();
    return ending && !ending->by_signal && (ending->number == 126 || ending->number == 127);
}

/// What a test lacks if a tool that is its peer does not run on this machine.
std::optional<Failure> tool_missing(const std::vector<Process*>& processes) {
    for (Process* process : processes) {
        if (process->is_students()) continue;
        process->let_end();
        if (!could_not_start(*process)) continue;
        return Failure{.verdict = Verdict::skipped,
                       .says = process->name() + " does not run on this machine: " +
                               process->err().substr(0, process->err().find('\n'))};
    }
    return std::nullopt;
}

/// What has failed a check may be about to crash over the same mistake: lets each program go on
/// until it sleeps or has ended, so that the verdict is one and the same in every run.
void settle(const std::vector<Process*>& processes) {
    const auto ended = [&] {
        return std::all_of(processes.begin(), processes.end(),
                           [](const Process* process) { return process->ending().has_value(); });
    };
    (void)wait_until(ended, Deadline(patience::to_rest), Proof::asleep);
}

}  // namespace

std::optional<Failure> abnormal_ending(const Process& process) {
    if (auto report = sanitizer_report(process.err())) return report;
    if (process.over_limit()) {
        return Failure{.verdict = Verdict::limit,
                       .says = "it wrote more than 1 MiB to stdout and stderr, and was stopped",
                       .means =
                           "stdout has one line, `listening on …`; a message that comes in a loop "
                           "comes without end",
                       .idea = Concept::program_contract};
    }
    const auto& ending = process.ending();
    if (ending && !ending->excess.empty()) {
        return Failure{.verdict = Verdict::limit,
                       .says = "it had " + ending->excess + ", and was stopped",
                       .means =
                           "what grows with every client, message or turn of a loop needs a "
                           "place where it shrinks again",
                       .idea = Concept::descriptors};
    }
    if (!ending || !ending->by_signal || process.is_from_us(*ending)) return std::nullopt;
    if (ending->number == SIGPIPE) return of_sigpipe(process);
    return of_crash(process, *ending);
}

Failure diagnose(Failure failure) {
    std::vector<Process*> processes = current_run().processes();
    if (auto missing = tool_missing(processes)) return std::move(*missing);
    std::erase_if(processes, [](const Process* process) { return !process->is_students(); });
    settle(processes);
    for (Process* process : processes) {
        process->let_end();
        if (auto abnormal = abnormal_ending(*process)) return std::move(*abnormal);
    }
    for (const Process* process : processes) {
        for (const std::string& what : process->faults().met())
            failure.says += "; " + what + ", as it may";
    }
    if (processes.empty() || !is_about_life(failure.verdict)) return failure;
    for (const Process* process : processes) {
        if (process->ending()) return of_end(*process, failure);
    }
    if (failure.verdict == Verdict::no_reply) return of_wait(*processes.back(), std::move(failure));
    return failure;
}

}  // namespace harness
