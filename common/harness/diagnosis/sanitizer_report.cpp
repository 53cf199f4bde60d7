#include "harness/diagnosis/sanitizer_report.hpp"

#include <regex>
#include <sstream>
#include <vector>

#include "harness/diagnosis/source_place.hpp"

namespace harness {
namespace {

/// "#1 0x55d0 in echo(int) /home/…/echo_server.cpp:82:5", or ThreadSanitizer's
/// "#1 echo(int) /home/…/echo_server.cpp:82 (echo_server+0x55d0)" → "in echo(int),
/// echo_server.cpp:82", but only for a frame in a file of the student's.
std::optional<std::string> student_frame(const std::string& line) {
    static const std::regex frame(
        R"(^\s*#\d+ (?:0x\w+ in )?(.+?) (/\S+)/([^/\s]+):(\d+)(?::\d+)?(?: \(.*\))?$)");
    std::smatch match;
    if (!std::regex_match(line, match, frame)) return std::nullopt;
    if (!is_students_file(match[2].str() + '/' + match[3].str())) return std::nullopt;
    return "in " + match[1].str() + ", " + match[3].str() + ':' + match[4].str();
}

/// The line of a report that says what is wrong.
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

/// A part of a report: a line that says what it is, and its stack.
struct Stack {
    std::string title;
    std::vector<std::string> frames;
};

struct Report {
    std::string headline;
    std::vector<Stack> stacks;  ///< those with a frame in the student's files
};

/// Reads the first report of a text; std::nullopt if there is none.
std::optional<Report> find_report(const std::string& text) {
    std::istringstream lines(text);
    std::optional<Report> report;
    Stack stack;
    const auto finish = [&] {
        if (!stack.frames.empty()) report->stacks.push_back(std::move(stack));
        stack = {};
    };
    for (std::string line; std::getline(lines, line);) {
        // std::regex recurses once a letter: a long line would take the stack. No report has one.
        if (line.size() > 1000) continue;
        if (!report) {
            if (auto found = headline(line)) report = Report{.headline = *found, .stacks = {}};
        } else if (line.empty() || line.starts_with("SUMMARY: ")) {
            finish();
        } else if (auto frame = student_frame(line)) {
            stack.frames.push_back(*frame);
        } else if (line.find(" #") == std::string::npos) {
            stack.title = line;
        }
    }
    if (report) finish();
    return report;
}

/// "  Previous read of size 4 at 0x7b04 by thread T1:" → "read", "thread T1".
struct Access {
    std::string what;
    std::string who;
};

std::optional<Access> parse_access(const std::string& title) {
    static const std::regex access(
        R"(^\s*(?:Previous )?((?:atomic )?(?:read|write)) of size \d+ at \S+ by ((?:main )?thread(?: T\d+)?).*$)",
        std::regex::icase);
    std::smatch match;
    if (!std::regex_match(title, match, access)) return std::nullopt;
    std::string what = match[1];
    what.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(what.front())));
    return Access{.what = std::move(what), .who = match[2]};
}

/// Both places of a data race; std::nullopt if the report does not have them.
std::optional<Failure> race(const Report& report) {
    std::vector<std::string> places;
    for (const Stack& stack : report.stacks) {
        const auto access = parse_access(stack.title);
        if (access)
            places.push_back(access->what + ' ' + stack.frames.front() + ", by " + access->who);
    }
    if (places.size() < 2 || report.headline.find("data race") == std::string::npos)
        return std::nullopt;
    return Failure{.verdict = Verdict::sanitizer,
                   .says = report.headline + ": " + places[0] + ", and " + places[1],
                   .means =
                       "two threads use the same memory, one of them writes, and nothing keeps "
                       "them apart: hold one mutex in both places, or give each thread its own",
                   .idea = Concept::threads,
                   .details = {}};
}

}  // namespace

std::optional<Failure> sanitizer_report(const std::string& err) {
    const auto report = find_report(err);
    if (!report) return std::nullopt;
    if (auto told = race(*report)) return told;
    Failure failure{.verdict = Verdict::sanitizer,
                    .says = report->headline,
                    .means =
                        "your program has touched memory, or done arithmetic, in a way that "
                        "C++ does not define: whatever happens then, happens by luck",
                    .idea = Concept::return_values,
                    .details = {}};
    if (report->headline.starts_with("LeakSanitizer")) {
        failure.means =
            "memory was taken and never given back: delete what new gave, freeaddrinfo what "
            "getaddrinfo gave, or let a container or a unique_ptr own it";
    }
    if (report->stacks.empty()) return failure;
    const auto& frames = report->stacks.front().frames;
    // UndefinedBehaviorSanitizer names the place in its first line as well.
    const std::string place = ", " + frames.front().substr(frames.front().rfind(' ') + 1);
    if (failure.says.ends_with(place)) failure.says.resize(failure.says.size() - place.size());
    tell_places(failure, frames);
    return failure;
}

}  // namespace harness
