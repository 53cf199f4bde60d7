#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

/// What the client is asked to do.
struct PingOptions {
    std::string host;
    std::uint16_t port = 0;                   ///< host byte order, 1 to 65,535
    std::uint32_t count = 4;                  ///< probes, 1 to 1,000,000
    std::chrono::milliseconds interval{200};  ///< from one probe to the next, 0 to 3,600,000
    std::chrono::milliseconds timeout{1000};  ///< how long a probe is waited for, 1 to 3,600,000
    std::size_t size = 56;                    ///< bytes of a probe, 16 to 65,507
    bool reliable = false;                    ///< send a probe again that is not answered
};

/// Reads the client's arguments. Does not return for `--help` nor for wrong arguments.
[[nodiscard]] PingOptions parse_ping_options(int argc, const char* const* argv);
