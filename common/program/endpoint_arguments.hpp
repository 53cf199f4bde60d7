#pragma once

#include <cstdint>
#include <string>

#include "program/more_options.hpp"

namespace program {

/// What a program can be told: what servers and clients have in common, and more.
struct EndpointArguments {
    std::string about;  ///< the program, in one sentence
    std::string host_help;
    std::string port_help;
    std::uint16_t least_port = 0;
    std::uint16_t port = 0;  ///< the default, then what was given
    std::string host = "127.0.0.1";
    MoreOptions more{};
};

/// Reads `[--host HOST] [--port N]` and `more` into `arguments`. Does not return for `--help` nor
/// for wrong arguments.
void parse_endpoint(int argc, const char* const* argv, EndpointArguments& arguments);

}  // namespace program
