#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/diagnosis/calls.hpp"
#include "harness/diagnosis/observation.hpp"
#include "harness/diagnosis/source_place.hpp"

namespace harness {

/// The stack of one thread of a live program, the innermost frame first.
struct ThreadStack {
    int tid = 0;
    std::vector<SourcePlace> frames;
};

[[nodiscard]] std::vector<ThreadStack> parse_stacks(const nlohmann::json& json);

/// Where a thread stands, for people.
struct Standing {
    Waiting waiting = Waiting::unknown;
    bool endless = false;             ///< it waits without a timeout
    std::string call;                 ///< "recv on descriptor 4", "a mutex"; empty if it computes
    std::vector<std::string> frames;  ///< in the student's files: "in echo, echo_server.cpp:85"
};

/// Where each thread stands, the one that explains most first. A thread without a stack is told by
/// its call alone.
[[nodiscard]] std::vector<Standing> standings(const Observation& observation,
                                              const std::vector<ThreadStack>& stacks);

/// "recv on descriptor 4, in echo, echo_server.cpp:85"; empty if nothing is known.
[[nodiscard]] std::string to_string(const Standing& standing);

}  // namespace harness
