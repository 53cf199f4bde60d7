// What a test expects of a program's end and output, and what is checked of every program.

#include <algorithm>
#include <cctype>
#include <sstream>

#include "harness/diagnosis/diagnosis.hpp"
#include "harness/diagnosis/difference.hpp"
#include "harness/diagnosis/vain_wait.hpp"
#include "harness/programs/process.hpp"
#include "harness/run/bytes.hpp"
#include "harness/run/wait.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// "6 of 10 bytes that belong on stdout have been printed".
std::string printed_only(std::size_t got, std::size_t expected, const std::string& where) {
    return (got == 0 ? "nothing" : grouped(got)) + " of " + count_of_bytes(expected) + " that " +
           (expected == 1 ? "belongs" : "belong") + " on " + where + ' ' +
           (got <= 1 ? "has" : "have") + " been printed";
}

}  // namespace

/// A student reads "it" as their own program.
std::string Process::subject() const { return is_students() ? "it" : name(); }

std::string Process::stdout_of() const { return is_students() ? "stdout" : "stdout of " + name(); }

void Process::expect_exit(int status, std::chrono::milliseconds patience) {
    const auto ended = [&] { return ending_.has_value() || over_limit_; };
    if (wait_until(ended, Deadline(is_students() ? patience : patience::to_start)) !=
        Waited::done) {
        fail_to_end(
            *this,
            {.verdict = Verdict::output,
             .says = subject() + " should end with exit status " + std::to_string(status) +
                     ", but goes on running" +
                     (out_.empty() ? "" : ", and has written " + quote(net::as_bytes(out_), 80))});
    }
    if (over_limit_ || ending_->by_signal || ending_->number != status) {
        fail({.verdict = Verdict::output,
              .says = subject() + ' ' + (ending_ ? to_string(*ending_) : "goes on writing") +
                      "; the right exit status is " + std::to_string(status)});
    }
    held();
}

void Process::expect_output(std::span<const std::byte> expected) {
    // A tool may have to start first, and some take their time.
    Deadline deadline(is_students() ? patience::to_answer : patience::to_start);
    const auto fresh = [&] { return net::as_bytes(out_).subspan(out_taken_); };
    std::size_t seen = 0;
    const auto complete = [&] {
        if (fresh().size() > seen) deadline.restart();
        seen = fresh().size();
        return seen >= expected.size() || ending_ || over_limit_;
    };
    const Waited how = wait_until(complete, deadline);
    const auto got = fresh().first(std::min(seen, expected.size()));
    const auto at = first_difference(expected, got);
    if (at < got.size()) {
        Failure failure = wrong_byte(expected, got, at);
        failure.verdict = Verdict::output;
        failure.says = "on " + stdout_of() + ' ' + failure.says;
        fail(std::move(failure));
    }
    if (got.size() < expected.size()) {
        fail({.verdict = ending_ ? Verdict::output : Verdict::no_reply,
              .says = printed_only(got.size(), expected.size(), stdout_of()) +
                      (ending_ ? "; it " + to_string(*ending_) : "") +
                      (how == Waited::deadline ? ", and no more for a long time" : "")});
    }
    out_taken_ += expected.size();
    held();
}

void Process::expect_output(std::string_view text) { expect_output(net::as_bytes(text)); }

void Process::expect_running() {
    await_rest();
    if (ending_) {
        fail({.verdict = Verdict::exited,
              .says = "it " + to_string(*ending_) + ", though the conversation goes on"});
    }
    held();
}

bool Process::await_on_stderr(const std::string& text) {
    const auto come = [&] { return err_.find(text) != std::string::npos; };
    (void)wait_until([&] { return come() || ending_; }, Deadline(patience::to_start));
    return come();
}

void Process::expect_no_output() {
    if (out_.size() > out_taken_) {
        fail({.verdict = Verdict::output,
              .says = "nothing belongs on stdout here, but it wrote " +
                      quote(net::as_bytes(std::string_view(out_).substr(out_taken_)), 60)});
    }
    held();
}

std::string Process::said() const {
    std::string text;
    std::istringstream lines(err_);
    for (std::string line; std::getline(lines, line);) {
        if (!line.ends_with(" is not written yet")) text += line + '\n';
    }
    return text;
}

void Process::expect_error_line(const std::string& reason) {
    const std::string said = this->said();
    const auto end = said.find_last_not_of('\n');
    const std::string text = end == std::string::npos ? "" : said.substr(0, end + 1);
    const std::string last = lower(text.substr(text.rfind('\n') + 1));  // npos + 1 is 0
    if (!last.starts_with(lower(options_.name) + ": ") ||
        last.find(lower(reason)) == std::string::npos) {
        fail({.verdict = Verdict::output,
              .says = "the last line on stderr should say what failed and why: `" + options_.name +
                      ": what it did: " + (reason.empty() ? "why" : reason) + "`; stderr says " +
                      (said.empty() ? "nothing" : quote(net::as_bytes(said), 120))});
    }
    held();
}

void Process::check_aftermath(const std::vector<std::string>& left) {
    if (!is_students()) return;
    if (auto failure = abnormal_ending(*this)) {
        current_run().add(std::move(*failure));
    } else if (options_.only_announces && out_.size() > out_taken_) {
        current_run().add(
            {.verdict = Verdict::output,
             .says = "more than the announcing line on stdout: " +
                     quote(net::as_bytes(std::string_view(out_).substr(out_taken_)), 60),
             .means =
                 "stdout is for the announcing line alone; what is said to people goes to stderr",
             .idea = Concept::program_contract});
    } else if (!left.empty()) {
        current_run().add({.verdict = Verdict::leak,
                           .says = "it left " + std::to_string(left.size()) +
                                   (left.size() == 1 ? " process" : " processes") +
                                   " behind: " + left.front(),
                           .means = "whoever starts a process ends it, or waits until it has ended",
                           .idea = Concept::descriptors});
    } else if (const std::string fault = faults_.never_met(); !fault.empty()) {
        current_run().doubt(fault);
    }
}

}  // namespace harness
