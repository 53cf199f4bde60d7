#include "pinging.hpp"

#include <catch2/catch_test_macros.hpp>
#include <regex>
#include <span>
#include <system_error>
#include <utility>

#include "harness/run/test_run.hpp"
#include "net/io.hpp"

using namespace harness;

namespace pinging {
namespace {

std::uint64_t number_at(const Bytes& data, std::size_t at, std::size_t size) {
    std::uint64_t number = 0;
    for (const std::byte value : std::span(data).subspan(at, size)) {
        number = number << 8U | std::to_integer<std::uint64_t>(value);
    }
    return number;
}

std::string in_quotes(const std::string& line) { return quote(net::as_bytes(line), 100); }

/// 12.345; fails for anything but digits with three decimals.
std::chrono::duration<double, std::milli> read_time(const std::string& text,
                                                    const std::string& line,
                                                    const std::string& due) {
    static const std::regex three_decimals("[0-9]+\\.[0-9]{3}");
    if (!std::regex_match(text, three_decimals)) fail_of_line(line, due);
    return std::chrono::duration<double, std::milli>(std::stod(text));
}

}  // namespace

std::uint32_t Probe::id() const { return static_cast<std::uint32_t>(number_at(data, 0, 4)); }

std::uint32_t Probe::seq() const { return static_cast<std::uint32_t>(number_at(data, 4, 4)); }

std::chrono::nanoseconds Probe::sent() const {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(number_at(data, 8, 8)));
}

Probe next_probe(DatagramPeer& server) {
    Datagram datagram = server.next();
    if (datagram.data.size() < header_size) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "a datagram of " + count_of_bytes(datagram.data.size()) +
                      " came; a probe has at least " + std::to_string(header_size),
              .means = "id, seq and sent are 16 bytes, zeros among them, and no text: send as many "
                       "bytes as there are"});
    }
    return {.from = datagram.from, .data = std::move(datagram.data), .taken = Clock::now()};
}

void expect_seq(const Probe& probe, std::uint32_t seq) {
    if (probe.seq() != seq) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "bytes 4 to 7 of the datagram, its seq, should be " + std::to_string(seq) +
                      ", the most significant byte first; they are " +
                      quote(std::span(probe.data).subspan(4, 4))});
    }
    held();
}

Probe expect_probe(DatagramPeer& server, std::uint32_t seq) {
    Probe probe = next_probe(server);
    expect_seq(probe, seq);
    return probe;
}

Clock::duration answer(DatagramPeer& server, const Probe& probe) {
    const auto passed = Clock::now() - probe.taken;
    server.send_to(probe.from, probe.data);
    return passed;
}

void need_ipv6() {
    try {
        (void)free_datagram_port("::1");
    } catch (const std::system_error& e) {
        SKIP("this machine has no IPv6 loopback: " << e.what());
    }
}

std::string next_line(Process& client, const std::string& due,
                      std::chrono::milliseconds more_patience) {
    const auto line = client.next_line(patience::to_answer + more_patience);
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

std::chrono::duration<double, std::milli> expect_reply_line(Process& client,
                                                            const net::Address& server,
                                                            const Probe& probe, Reply kind) {
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
        read_time(line.substr(begin.size(), line.size() - begin.size() - end.size()), line, due);
    const std::chrono::duration<double, std::milli> passed =
        Clock::now().time_since_epoch() - probe.sent();
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

}  // namespace pinging
