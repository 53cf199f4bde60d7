#include "program/client_options.hpp"

#include "program/endpoint_arguments.hpp"

namespace program {

ClientOptions parse_client_options(int argc, const char* const* argv, const std::string& about,
                                   std::uint16_t default_port, const MoreOptions& more) {
    EndpointArguments arguments{.about = about,
                                .host_help = "name or address of the server",
                                .port_help = "port of the server",
                                .least_port = 1,
                                .port = default_port,
                                .more = more};
    parse_endpoint(argc, argv, arguments);
    return {.host = arguments.host, .port = arguments.port};
}

}  // namespace program
