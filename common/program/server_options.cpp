#include "program/server_options.hpp"

#include "program/endpoint_arguments.hpp"

namespace program {

ServerOptions parse_server_options(int argc, const char* const* argv, const std::string& about,
                                   std::uint16_t default_port) {
    EndpointArguments arguments{.about = about,
                                .host_help = "name or address to listen on",
                                .port_help = "port to listen on; 0 = any free port",
                                .least_port = 0,
                                .port = default_port};
    parse_endpoint(argc, argv, arguments);
    return {.host = arguments.host, .port = arguments.port};
}

}  // namespace program
