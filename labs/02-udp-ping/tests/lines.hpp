#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "harness/programs/process.hpp"
#include "net/address.hpp"
#include "probes.hpp"

/// The lines that ping_client prints, one at a time.
namespace pinging {

/// As the lines have it: with fractions.
using Milliseconds = std::chrono::duration<double, std::milli>;

enum class Reply { first, duplicate };

/// Fails unless the next line on stdout is that of a reply to `probe` from `server`. Returns the
/// time in it, which may be no longer than the time since the probe was sent.
Milliseconds expect_reply_line(harness::Process& client, const net::Address& server,
                               const Probe& probe, Reply kind = Reply::first);

/// Fails unless the next line says that this probe has no reply; it may come this late.
void expect_no_reply_line(harness::Process& client, std::uint32_t seq,
                          std::chrono::milliseconds timeout);

/// The same, and no sooner than half of the time that the probe had.
void expect_given_up(harness::Process& client, const Probe& probe,
                     std::chrono::milliseconds timeout);

/// Fails unless half of the time that a probe has had has passed since it was sent.
void expect_half_passed(const Probe& probe, std::chrono::milliseconds timeout);

/// Fails unless the line that says that this probe has no reply is there already. `since` tells
/// what was due later.
void expect_has_given_up(harness::Process& client, std::uint32_t seq, const std::string& since);

/// How long a test waits for something that a right program does when this timeout is over.
[[nodiscard]] std::chrono::milliseconds patience_after(std::chrono::milliseconds timeout);

/// The next line on stdout; fails when none comes. `due` is what belongs there, in words. `timeout`
/// is what a right program may wait for before.
[[nodiscard]] std::string next_line(harness::Process& client, const std::string& due,
                                    std::chrono::milliseconds timeout = {});

/// Fails because a line is another than is due.
[[noreturn]] void fail_of_line(const std::string& line, const std::string& due);

/// A line as a failure tells it: what is no text in it can be seen.
[[nodiscard]] std::string in_quotes(const std::string& line);

}  // namespace pinging
