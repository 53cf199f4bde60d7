#include "report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <optional>
#include <regex>

#include "harness/run/test_run.hpp"

using namespace harness;

namespace pinging {
namespace {

struct ReplyLine {
    std::uint32_t seq;
    Milliseconds time;
    bool duplicate;
};

std::optional<ReplyLine> parse_reply(const std::string& line, const net::Address& server) {
    static const std::regex form(
        "[0-9]+ bytes from (\\S+): seq=([0-9]{1,9}) time=([0-9]{1,9}\\.[0-9]{3}) ms( "
        "\\(DUP!\\))?");
    std::smatch parts;
    if (!std::regex_match(line, parts, form) || parts[1] != server.to_string()) return std::nullopt;
    return ReplyLine{.seq = static_cast<std::uint32_t>(std::stoul(parts[2])),
                     .time = Milliseconds(std::stod(parts[3])),
                     .duplicate = parts[4].matched};
}

std::optional<std::uint32_t> parse_no_reply(const std::string& line) {
    static const std::regex form("no reply: seq=([0-9]{1,9})");
    std::smatch parts;
    if (!std::regex_match(line, parts, form)) return std::nullopt;
    return static_cast<std::uint32_t>(std::stoul(parts[1]));
}

[[noreturn]] void fail_of_order(const std::string& line, std::uint32_t seq, const char* before) {
    fail({.verdict = Verdict::output,
          .says = "the line " + in_quotes(line) + " comes after one that says that seq " +
                  std::to_string(seq) + ' ' + before});
}

void add(ProbeLines& lines, const ReplyLine& reply, const std::string& line) {
    if (lines.given_up.contains(reply.seq)) fail_of_order(line, reply.seq, "has no reply");
    const bool known = lines.answered.contains(reply.seq);
    if (known && !reply.duplicate) fail_of_order(line, reply.seq, "is answered: (DUP!) is missing");
    if (!known && reply.duplicate) {
        fail({.verdict = Verdict::output,
              .says = "the line " + in_quotes(line) + " is the first of this probe"});
    }
    if (known) {
        ++lines.duplicates;
    } else {
        lines.answered.emplace(reply.seq, reply.time);
    }
}

void add_no_reply(ProbeLines& lines, std::uint32_t seq, const std::string& line) {
    if (lines.answered.contains(seq)) fail_of_order(line, seq, "is answered");
    if (!lines.given_up.insert(seq).second) fail_of_order(line, seq, "has no reply");
}

struct Figure {
    const char* name;
    Milliseconds value;
};

std::array<Figure, 4> figures_of(const std::vector<Milliseconds>& times) {
    const auto count = static_cast<double>(times.size());
    const Milliseconds mean = std::accumulate(times.begin(), times.end(), Milliseconds(0)) / count;
    const double squares = std::accumulate(
        times.begin(), times.end(), 0.0,
        [&](double sum, Milliseconds time) { return sum + std::pow((time - mean).count(), 2); });
    return {{{"min", *std::min_element(times.begin(), times.end())},
             {"avg", mean},
             {"max", *std::max_element(times.begin(), times.end())},
             {"mdev", Milliseconds(std::sqrt(squares / count))}}};
}

/// "0.104, 3.042, 0.123"; of many the first ones.
std::string list(const std::vector<Milliseconds>& times) {
    constexpr std::size_t most = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(times.size(), most); ++i) {
        text += (i == 0 ? "" : ", ") + to_text(times[i]);
    }
    return times.size() > most ? text + ", …" : text;
}

}  // namespace

std::string to_text(Milliseconds time) {
    std::array<char, 32> text{};
    (void)std::snprintf(text.data(), text.size(), "%.3f", time.count());
    return text.data();
}

std::vector<Milliseconds> ProbeLines::times() const {
    std::vector<Milliseconds> list;
    list.reserve(answered.size());
    for (const auto& [seq, time] : answered) list.push_back(time);
    return list;
}

ProbeLines read_lines(Process& client, const net::Address& server,
                      std::chrono::milliseconds timeout) {
    const std::string end = "--- " + server.to_string() + " ping statistics ---";
    ProbeLines lines;
    for (;;) {
        const std::string line = next_line(client, end, timeout);
        if (line == end) return lines;
        if (const auto reply = parse_reply(line, server)) {
            add(lines, *reply, line);
        } else if (const auto seq = parse_no_reply(line)) {
            add_no_reply(lines, *seq, line);
        } else {
            fail_of_line(line, end);
        }
    }
}

void expect_counts(Process& client, const Counts& counts) {
    const std::size_t loss = (counts.sent - counts.received) * 100 / counts.sent;
    const std::string due = std::to_string(counts.sent) + " sent, " +
                            std::to_string(counts.received) + " received, " +
                            std::to_string(counts.duplicates) +
                            (counts.duplicates == 1 ? " duplicate, " : " duplicates, ") +
                            std::to_string(loss) + "% loss";
    const std::string line = next_line(client, due);
    if (line != due) fail_of_line(line, due);
    held();
}

void expect_times(Process& client, const std::vector<Milliseconds>& times) {
    static const std::regex form(
        "rtt min/avg/max/mdev = "
        "([0-9]+\\.[0-9]{3})/([0-9]+\\.[0-9]{3})/([0-9]+\\.[0-9]{3})/([0-9]+\\.[0-9]{3}) ms");
    const auto figures = figures_of(times);
    const std::string due = "rtt min/avg/max/mdev = " + to_text(figures[0].value) + '/' +
                            to_text(figures[1].value) + '/' + to_text(figures[2].value) + '/' +
                            to_text(figures[3].value) + " ms";
    const std::string line = next_line(client, due);
    std::smatch parts;
    if (!std::regex_match(line, parts, form)) fail_of_line(line, due);
    constexpr Milliseconds tolerance(0.002 + 1e-6);  // the times in the lines are rounded as well
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const Milliseconds value(std::stod(parts[i + 1]));
        if (std::abs((value - figures[i].value).count()) <= tolerance.count()) continue;
        fail({.verdict = Verdict::output,
              .says = std::string(figures[i].name) + " in the line " + in_quotes(line) +
                      " should be " + to_text(figures[i].value) +
                      ": the times of the first replies are " + list(times)});
    }
    held();
}

void expect_end(Process& client, int status) {
    client.expect_exit(status);
    client.expect_no_output();
}

}  // namespace pinging
