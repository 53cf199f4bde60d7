#include "sent_time.hpp"

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "harness/run/test_run.hpp"

using namespace harness;

namespace pinging {
namespace {

/// A time between two moments, by one clock, in nanoseconds.
struct Span {
    std::uint64_t from;
    std::uint64_t to;

    [[nodiscard]] bool holds(std::uint64_t number, std::uint64_t unit) const {
        return number >= from / unit && number <= to / unit + 1;  // it may be rounded
    }
};

struct Unit {
    std::string_view name;
    std::uint64_t nanoseconds;
};
constexpr std::array units{Unit{"nanoseconds", 1}, Unit{"microseconds", 1'000},
                           Unit{"milliseconds", 1'000'000}, Unit{"seconds", 1'000'000'000}};

template <typename AnyClock>
std::uint64_t nanoseconds_of(std::chrono::time_point<AnyClock> moment) {
    const std::chrono::nanoseconds time = moment.time_since_epoch();
    return static_cast<std::uint64_t>(time.count());
}

/// The same moments by the clock on the wall; it may have been set a little since.
Span on_the_wall(Clock::time_point from) {
    const auto now = std::chrono::system_clock::now();
    const auto slack = std::chrono::minutes(1);
    const auto passed =
        std::chrono::duration_cast<std::chrono::system_clock::duration>(Clock::now() - from);
    return {.from = nanoseconds_of(now - passed - slack), .to = nanoseconds_of(now + slack)};
}

std::uint64_t turned_round(std::uint64_t number) {
    constexpr unsigned bits_of_a_byte = 8;
    std::uint64_t turned = 0;
    for (std::size_t i = 0; i < sizeof number; ++i, number >>= bits_of_a_byte) {
        turned = turned << bits_of_a_byte | (number & 0xffU);
    }
    return turned;
}

std::optional<std::string> unit_of(std::uint64_t number, const Span& span) {
    for (const Unit& unit : units) {
        if (span.holds(number, unit.nanoseconds)) return std::string(unit.name);
    }
    return std::nullopt;
}

/// What the number is, if it is the time in any other way: "steady_clock in milliseconds".
std::string likely(std::uint64_t number, const Span& steady, const Span& wall) {
    if (const auto unit = unit_of(number, steady)) return "steady_clock in " + *unit;
    if (const auto unit = unit_of(number, wall)) return "system_clock in " + *unit;
    return {};
}

std::string what_it_looks_like(std::uint64_t number, const Span& steady, const Span& wall) {
    if (const auto text = likely(number, steady, wall); !text.empty()) return "; it is " + text;
    if (const auto text = likely(turned_round(number), steady, wall); !text.empty()) {
        return "; it is " + text + ", the least significant byte first";
    }
    return {};
}

std::string in_ms(Clock::duration time) {
    return std::to_string(std::chrono::floor<std::chrono::milliseconds>(time).count());
}

}  // namespace

void expect_sent_between(const Probe& probe, Clock::time_point from, Clock::time_point to) {
    const Span due{.from = nanoseconds_of(from), .to = nanoseconds_of(to)};
    const auto number = static_cast<std::uint64_t>(probe.sent().count());
    if (number < due.from || number > due.to) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "bytes 8 to 15 of the datagram, its sent, are " +
                      quote(std::span(probe.data).subspan(8, 8)) + ", that is " + grouped(number) +
                      "; it was sent between " + grouped(due.from) + " and " + grouped(due.to) +
                      what_it_looks_like(number, due, on_the_wall(from))});
    }
    held();
}

void expect_sent_in_order(const std::vector<Probe>& probes) {
    for (std::size_t i = 1; i < probes.size(); ++i) {
        if (probes[i].sent() >= probes[i - 1].sent()) continue;
        fail({.verdict = Verdict::wrong_bytes,
              .says = "bytes 8 to 15, the sent, are less in the probe of seq " +
                      grouped(probes[i].seq()) + " than in that of seq " +
                      grouped(probes[i - 1].seq()) + ", by " +
                      grouped(static_cast<std::uint64_t>(
                          (probes[i - 1].sent() - probes[i].sent()).count())) +
                      " ns: it was sent earlier"});
    }
    held();
}

void expect_not_sent_between(const Probe& probe, Clock::time_point stopped,
                             Clock::time_point resumed) {
    const auto sent = Clock::time_point(probe.sent());
    if (sent > stopped && sent < resumed) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "bytes 8 to 15, the sent of seq " + grouped(probe.seq()) +
                      ", are a moment at which the program was stopped (SIGSTOP), and could send "
                      "nothing; it was sent " +
                      in_ms(resumed - sent) + " ms later at the earliest"});
    }
    held();
}

void expect_due(const Probe& probe, Clock::time_point start, std::chrono::milliseconds moment) {
    const auto passed = Clock::time_point(probe.sent()) - start;
    if (passed < moment) {
        fail({.verdict = Verdict::output,
              .says = "the probe of seq " + grouped(probe.seq()) + " was sent within " +
                      in_ms(passed) +
                      " ms after the start of the client; by --interval it is due after " +
                      std::to_string(moment.count())});
    }
    held();
}

}  // namespace pinging
