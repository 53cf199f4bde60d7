#pragma once

#include <cstdint>
#include <string>

namespace program {

/// Where a server shall listen.
struct ServerOptions {
    std::string host;        ///< a name or an address
    std::uint16_t port = 0;  ///< host byte order; 0 lets the kernel choose a free one
};

/// Reads a server's arguments: `[--host HOST] [--port N]`, by default 127.0.0.1 and `default_port`.
///
/// Does not return for `--help` (its use on stdout, exit status 0) nor for wrong arguments
/// (what is wrong and the use on stderr, exit status 2). A port is all digits, 0 to 65535.
[[nodiscard]] ServerOptions parse_server_options(int argc, const char* const* argv,
                                                 const std::string& about,
                                                 std::uint16_t default_port);

}  // namespace program
