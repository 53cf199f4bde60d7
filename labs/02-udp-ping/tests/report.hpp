#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/programs/process.hpp"
#include "lines.hpp"
#include "net/address.hpp"

/// What a run of ping_client says as a whole: its lines taken together, and those at its end.
namespace pinging {

/// As the client prints it: "0.123".
[[nodiscard]] std::string to_text(Milliseconds time);

/// What the lines of probes say, up to the one with `---`.
struct ProbeLines {
    std::map<std::uint32_t, Milliseconds> answered;  ///< by seq: the time in the line
    std::size_t duplicates = 0;
    std::set<std::uint32_t> given_up;

    /// Of the first replies alone.
    [[nodiscard]] std::vector<Milliseconds> times() const;
};

/// Takes the lines of probes, in any order, and the one with `---` behind them. Fails for any other
/// line, for a second reply that is not marked as a duplicate, and if none comes for so long.
[[nodiscard]] ProbeLines read_lines(harness::Process& client, const net::Address& server,
                                    std::chrono::milliseconds timeout = {});

struct Counts {
    std::size_t sent = 0;
    std::size_t received = 0;
    std::size_t duplicates = 0;
};

/// Fails unless the next line says this: "4 sent, 3 received, 1 duplicate, 25% loss".
void expect_counts(harness::Process& client, const Counts& counts);

/// Fails unless the next line has the least, the mean, the greatest and the deviation of these.
void expect_times(harness::Process& client, const std::vector<Milliseconds>& times);

/// Fails unless it ends with this status, and has nothing more to say on stdout.
void expect_end(harness::Process& client, int status);

}  // namespace pinging
