#include "ping_options.hpp"

#include "program/client_options.hpp"

PingOptions parse_ping_options(int argc, const char* const* argv) {
    PingOptions options;
    std::uint32_t interval = 200;
    std::uint32_t timeout = 1000;
    std::uint32_t size = 56;
    const auto client = program::parse_client_options(
        argc, argv,
        "Sends datagrams to a server that returns them, and measures how long it takes.", 5051,
        {.numbers = {{"--count", "how many probes to send", 1, 1'000'000, &options.count},
                     {"--interval", "ms from one probe to the next", 0, 3'600'000, &interval},
                     {"--timeout", "ms to wait for each reply", 1, 3'600'000, &timeout},
                     {"--size", "bytes of a probe", 16, 65507, &size}},
         .flags = {{"--reliable", "send a probe again that is not answered", &options.reliable}}});
    options.host = client.host;
    options.port = client.port;
    options.interval = std::chrono::milliseconds(interval);
    options.timeout = std::chrono::milliseconds(timeout);
    options.size = size;
    return options;
}
