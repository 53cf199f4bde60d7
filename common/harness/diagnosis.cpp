#include "harness/diagnosis.hpp"

#include <csignal>
#include <regex>
#include <sstream>

#include "harness/bytes.hpp"
#include "harness/stack.hpp"

namespace harness {
namespace {

/// "#1 0x55d0 in echo(int) /home/…/echo_server.cpp:82:5" → "in echo(int), echo_server.cpp:82", but
/// only for a frame in a source file of the student's: not the system's, not the sanitizer's, not
/// ours.
std::optional<std::string> student_frame(const std::string& line) {
    static const std::regex frame(R"(^\s*#\d+ \S+ in (.+) (/\S+)/([^/\s]+):(\d+)(:\d+)?$)");
    std::smatch match;
    if (!std::regex_match(line, match, frame)) return std::nullopt;
    if (!is_students_folder(match[2])) return std::nullopt;
    return "in " + match[1].str() + ", " + match[3].str() + ':' + match[4].str();
}

/// The line of a sanitizer's report that says what is wrong.
std::optional<std::string> headline(const std::string& line) {
    static const std::regex error(
        R"(^(?:==\d+==)?\s*(?:ERROR|WARNING): (\w+Sanitizer: [^(]*?)(?: on (?:unknown )?address.*)?(?: \(.*)?$)");
    static const std::regex undefined(R"(^(?:.*/)?([^/]+:\d+):\d+: runtime error: (.*)$)");
    std::smatch match;
    if (std::regex_match(line, match, error)) return match[1].str();
    if (std::regex_match(line, match, undefined)) {
        return "UndefinedBehaviorSanitizer: " + match[2].str() + ", " + match[1].str();
    }
    return std::nullopt;
}

/// Where it happened, and below it who has called that.
void tell_places(Failure& failure, const std::vector<std::string>& frames) {
    if (frames.empty()) return;
    failure.says += ' ' + frames.front();
    failure.details.assign(frames.begin() + 1, frames.end());
}

std::optional<Failure> sanitizer_report(const Process& process) {
    std::istringstream lines(process.err());
    std::optional<Failure> failure;
    std::vector<std::string> frames;
    for (std::string line; std::getline(lines, line);) {
        // std::regex recurses once a letter: a long line would take the stack. No report has one.
        if (line.size() > 1000) continue;
        if (!failure) {
            if (const auto text = headline(line)) {
                failure = Failure{
                    .verdict = Verdict::sanitizer,
                    .says = *text,
                    .means =
                        "your program has touched memory, or done arithmetic, in a way that C++ "
                        "does not define: whatever happens then, happens by luck",
                    .idea = Concept::return_values};
            }
        } else if (const auto frame = student_frame(line)) {
            frames.push_back(*frame);
        } else if (line.empty() && !frames.empty()) {
            break;  // what follows are other stacks, and the sanitizer's legend
        }
    }
    if (!failure || frames.empty()) return failure;
    // UndefinedBehaviorSanitizer names the place in its first line as well.
    const std::string place = ", " + frames.front().substr(frames.front().rfind(' ') + 1);
    if (failure->says.ends_with(place)) failure->says.resize(failure->says.size() - place.size());
    tell_places(*failure, frames);
    return failure;
}

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
    tell_places(failure, student_frames(process.faults().sigpipe_stack()));
    return failure;
}

/// For a wait that ended in vain: what the program did instead.
Failure of_wait(const Process& process, Failure failure) {
    constexpr std::chrono::milliseconds of_no_account{30};
    const Observation before = process.observe();
    const Place place = where(before);
    if (before.runs() && before.cpu() > of_no_account) {
        failure.verdict = Verdict::busy;
        failure.says += "; meanwhile it has kept a core busy for " +
                        std::to_string(before.cpu().count()) + " ms";
        if (failure.idea > Concept::end_of_stream) failure.idea = Concept::end_of_stream;
        return failure;
    }
    // Whoever should have ended is wrong in any call.
    if (place.waiting == Waiting::otherwise && failure.verdict == Verdict::no_reply)
        failure.verdict = Verdict::hang;
    if (place.text == "pause" && failure.verdict == Verdict::hang) {
        failure.means =
            "pause() waits for a signal, and nothing else: the starter has it in the place of what "
            "is to be written, and it goes away with that";
    }
    if (!place.text.empty()) failure.says += "; it waits in " + place.text;
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

}  // namespace

std::optional<Failure> abnormal_ending(const Process& process) {
    if (auto report = sanitizer_report(process)) return report;
    if (process.over_limit()) {
        return Failure{.verdict = Verdict::limit,
                       .says = "it wrote more than 1 MiB to stdout and stderr, and was stopped",
                       .means =
                           "stdout has one line, `listening on …`; a message that comes in a loop "
                           "comes without end",
                       .idea = Concept::program_contract};
    }
    const auto& ending = process.ending();
    if (!ending || !ending->by_signal || process.is_from_us(*ending)) return std::nullopt;
    if (ending->number == SIGPIPE) return of_sigpipe(process);
    const bool aborted = ending->number == SIGABRT;
    return Failure{
        .verdict = Verdict::crash,
        .says = "it " + to_string(*ending),
        .means = aborted ? "an exception that nobody has caught, or a call of abort(): its "
                           "last words on stderr say which"
                         : "a signal that no other process has sent: the program has crashed",
        .idea = Concept::return_values};
}

Failure diagnose(Failure failure) {
    std::vector<Process*> processes = current_run().processes();
    if (auto missing = tool_missing(processes)) return std::move(*missing);
    std::erase_if(processes, [](const Process* process) { return !process->is_students(); });
    for (Process* process : processes) {
        process->let_end();
        if (auto abnormal = abnormal_ending(*process)) return std::move(*abnormal);
    }
    for (const Process* process : processes) {
        const std::string sends = process->faults().about_sends();
        if (!sends.empty()) failure.says += "; " + sends + ", as it may";
    }
    if (processes.empty() || !is_about_life(failure.verdict)) return failure;
    for (const Process* process : processes) {
        if (process->ending()) return of_end(*process, failure);
    }
    if (failure.verdict == Verdict::no_reply) return of_wait(*processes.back(), std::move(failure));
    return failure;
}

void fail_to_end(const Process& process, Failure failure) {
    fail(of_wait(process, std::move(failure)));
}

}  // namespace harness
