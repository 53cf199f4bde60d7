#pragma once

#include <cstdint>
#include <string>

namespace program {

/// Which server a client shall connect to.
struct ClientOptions {
    std::string host;        ///< a name or an address
    std::uint16_t port = 0;  ///< host byte order, 1 to 65535
};

/// Reads a client's arguments: `[--host HOST] [--port N]`, by default 127.0.0.1 and `default_port`.
///
/// Does not return for `--help` (its use on stdout, exit status 0) nor for wrong arguments
/// (what is wrong and the use on stderr, exit status 2). A port is all digits, 1 to 65535.
[[nodiscard]] ClientOptions parse_client_options(int argc, const char* const* argv,
                                                 const std::string& about,
                                                 std::uint16_t default_port);

}  // namespace program
