#include "errors.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <system_error>
#include <vector>

#include "harness/run/test_run.hpp"
#include "harness/run/wait.hpp"
#include "net/io.hpp"

using namespace harness;

namespace pinging {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

/// The lines on stderr that have this reason, in any case of letters. Others may stand between
/// them: a program may tell of what it does.
std::vector<std::string> lines_with(const Process& process, const std::string& reason) {
    std::istringstream stream(process.said());
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        if (lower(line).find(reason) != std::string::npos) lines.push_back(line);
    }
    return lines;
}

/// `PROGRAM: what it did: why`
bool is_shaped(const std::string& line, const std::string& program) {
    const std::string begin = program + ": ";
    return line.starts_with(begin) && line.find(": ", begin.size()) != std::string::npos;
}

[[noreturn]] void fail_of_errors(const Process& process, const std::string& reason,
                                 const std::string& what) {
    const std::string said = process.said();
    fail({.verdict = Verdict::output,
          .says = "for each error a line `" + process.name() + ": what it did: " + reason +
                  "` belongs on stderr, " + what + "; stderr says " +
                  (said.empty() ? "nothing" : quote(net::as_bytes(said), 200))});
}

}  // namespace

std::string reason_of(int error) { return lower(std::generic_category().message(error)); }

void expect_errors(Process& process, const std::string& reason, std::size_t least,
                   std::size_t most) {
    // Where another thread has answered meanwhile, the lines come behind the answer.
    (void)wait_until(
        [&] { return process.ending() || lines_with(process, reason).size() >= least; },
        Deadline(patience::to_answer));
    const auto lines = lines_with(process, reason);
    const bool shaped = std::all_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return is_shaped(line, process.name());
    });
    if (!shaped) fail_of_errors(process, reason, "one has another shape");
    if (lines.size() < least || lines.size() > most) {
        const std::string range = most > least ? " to " + std::to_string(most) : "";
        fail_of_errors(
            process, reason,
            std::to_string(least) + range + " in all, not " + std::to_string(lines.size()));
    }
    held();
}

}  // namespace pinging
