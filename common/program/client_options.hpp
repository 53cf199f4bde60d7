#pragma once

#include <cstdint>
#include <string>

#include "program/more_options.hpp"

namespace program {

/// Which server a client shall connect to.
struct ClientOptions {
    std::string host;        ///< a name or an address
    std::uint16_t port = 0;  ///< host byte order, 1 to 65535
};

/// Reads a client's arguments: `[--host HOST] [--port N]`, by default 127.0.0.1 and `default_port`,
/// and those of `more`, whose values it sets.
///
/// Does not return for `--help` (its use on stdout, exit status 0) nor for wrong arguments
/// (what is wrong and the use on stderr, exit status 2). A number is all digits, and within its
/// limits; a port is 1 to 65535.
[[nodiscard]] ClientOptions parse_client_options(int argc, const char* const* argv,
                                                 const std::string& about,
                                                 std::uint16_t default_port,
                                                 const MoreOptions& more = {});

}  // namespace program
