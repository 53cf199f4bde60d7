#include "lines.hpp"

#include <regex>

#include "harness/run/test_run.hpp"
#include "net/io.hpp"

using namespace harness;

namespace pinging {
namespace {

/// 12.345; fails for anything but digits with three decimals.
Milliseconds read_time(const std::string& text, const std::string& line) {
    static const std::regex three_decimals("[0-9]+\\.[0-9]{3}");
    if (!std::regex_match(text, three_decimals)) {
        fail({.verdict = Verdict::output,
              .says = "the time in the line " + in_quotes(line) +
                      " should be a number with three decimals, as 12.080 is"});
    }
    return Milliseconds(std::stod(text));
}

}  // namespace

std::chrono::milliseconds patience_after(std::chrono::milliseconds timeout) {
    // When a test has failed, those behind it have a quarter of each patience; a timeout takes as
    // long as ever.
    return patience::to_answer + 4 * timeout;
}

std::string next_line(Process& client, const std::string& due, std::chrono::milliseconds timeout) {
    const auto line = client.next_line(patience_after(timeout));
    if (!line) {
        fail({.verdict = client.ending() ? Verdict::output : Verdict::no_reply,
              .says = "a line is missing on stdout: " + in_quotes(due) +
                      (client.ending() ? "; it " + to_string(*client.ending()) : "")});
    }
    return *line;
}

void fail_of_line(const std::string& line, const std::string& due) {
    fail({.verdict = Verdict::output,
          .says = "the next line on stdout should be " + in_quotes(due) + ", and is " +
                  in_quotes(line)});
}

Milliseconds expect_reply_line(Process& client, const net::Address& server, const Probe& probe,
                               Reply kind) {
    const std::string begin = std::to_string(probe.data.size()) + " bytes from " +
                              server.to_string() + ": seq=" + std::to_string(probe.seq()) +
                              " time=";
    const std::string end = kind == Reply::duplicate ? " ms (DUP!)" : " ms";
    const std::string due = begin + "0.123" + end;
    const std::string line = next_line(client, due);
    if (line.size() < begin.size() + end.size() || !line.starts_with(begin) ||
        !line.ends_with(end)) {
        fail_of_line(line, due);
    }
    const auto time =
        read_time(line.substr(begin.size(), line.size() - begin.size() - end.size()), line);
    const Milliseconds passed = Clock::now().time_since_epoch() - probe.sent();
    if (time > passed) {
        fail({.verdict = Verdict::output,
              .says = "the line says " + in_quotes(line) + ", but only " +
                      std::to_string(passed.count()) + " ms have passed since that was sent"});
    }
    held();
    return time;
}

void expect_no_reply_line(Process& client, std::uint32_t seq, std::chrono::milliseconds timeout) {
    const std::string due = "no reply: seq=" + std::to_string(seq);
    const std::string line = next_line(client, due, timeout);
    if (line != due) fail_of_line(line, due);
    held();
}

void expect_given_up(Process& client, const Probe& probe, std::chrono::milliseconds timeout) {
    expect_no_reply_line(client, probe.seq(), timeout);
    expect_half_passed(probe, timeout);
}

void expect_half_passed(const Probe& probe, std::chrono::milliseconds timeout) {
    const auto waited = Clock::now().time_since_epoch() - probe.sent();
    if (waited < timeout / 2) {
        fail({.verdict = Verdict::output,
              .says = "probe " + std::to_string(probe.seq()) + " was given up within " +
                      std::to_string(std::chrono::ceil<std::chrono::milliseconds>(waited).count()) +
                      " ms after it was sent; --timeout is " + std::to_string(timeout.count())});
    }
}

void expect_has_given_up(Process& client, std::uint32_t seq, const std::string& since) {
    const std::string due = "no reply: seq=" + std::to_string(seq);
    const auto line = client.next_line(patience::to_stop);
    if (!line) {
        fail({.verdict = Verdict::output,
              .says = "the line " + in_quotes(due) + " is not there, though " + since});
    }
    if (*line != due) fail_of_line(*line, due);
    held();
}

std::string in_quotes(const std::string& line) { return quote(net::as_bytes(line), 120); }

}  // namespace pinging
