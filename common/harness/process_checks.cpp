// What a test expects of a program's end and output, and what is checked of every program.

#include <algorithm>
#include <cctype>

#include "harness/bytes.hpp"
#include "harness/diagnosis.hpp"
#include "harness/process.hpp"
#include "harness/wait.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

}  // namespace

void Process::expect_exit(int status) {
    const auto ended = [&] { return ending_.has_value() || over_limit_; };
    if (wait_until(ended, Deadline(patience::to_answer)) != Waited::done) {
        fail({.verdict = Verdict::output,
              .says = "it should end with exit status " + std::to_string(status) +
                      ", but goes on running" +
                      (out_.empty() ? "" : ", and has written " + quote(net::as_bytes(out_), 80))});
    }
    if (over_limit_ || ending_->by_signal || ending_->number != status) {
        fail({.verdict = Verdict::output,
              .says = "it " + (ending_ ? to_string(*ending_) : "goes on writing") +
                      "; the right exit status is " + std::to_string(status)});
    }
    held();
}

void Process::expect_no_output() {
    if (out_.size() > lines_taken_) {
        fail({.verdict = Verdict::output,
              .says = "nothing belongs on stdout here, but it wrote " +
                      quote(net::as_bytes(std::string_view(out_).substr(lines_taken_)), 60)});
    }
    held();
}

void Process::expect_error_line(const std::string& reason) {
    const auto end = err_.find_last_not_of('\n');
    const std::string text = end == std::string::npos ? "" : err_.substr(0, end + 1);
    const std::string last = lower(text.substr(text.rfind('\n') + 1));  // npos + 1 is 0
    if (!last.starts_with(lower(options_.name) + ": ") ||
        last.find(lower(reason)) == std::string::npos) {
        fail({.verdict = Verdict::output,
              .says = "the last line on stderr should say what failed and why: `" + options_.name +
                      ": what it did: " + reason + "`; stderr says " +
                      (err_.empty() ? "nothing" : quote(net::as_bytes(err_), 120))});
    }
    held();
}

void Process::check_aftermath(const std::vector<std::string>& left) {
    if (auto failure = abnormal_ending(*this)) {
        current_run().add(std::move(*failure));
    } else if (options_.only_announces && out_.size() > lines_taken_) {
        current_run().add(
            {.verdict = Verdict::output,
             .says = "more than the announcing line on stdout: " +
                     quote(net::as_bytes(std::string_view(out_).substr(lines_taken_)), 60),
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
    }
}

}  // namespace harness
