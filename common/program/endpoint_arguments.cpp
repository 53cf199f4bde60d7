#include "program/endpoint_arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace program {
namespace {

constexpr int wrong_use = 2;

/// Stricter than CLI11's own numbers, which take "0x50", "+80" and " 80" as well.
bool is_port(const std::string& text, int least) {
    const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
    return digits && text.size() <= 5 && std::stoi(text) >= least && std::stoi(text) <= 65535;
}

}  // namespace

void parse_endpoint(int argc, const char* const* argv, EndpointArguments& arguments) {
    const std::string name = std::filesystem::path(argv[0]).filename();
    std::string port = std::to_string(arguments.port);
    const auto check_port = [&](const std::string& text) -> std::string {
        if (is_port(text, arguments.least_port)) return {};
        return "a port is a number from " + std::to_string(arguments.least_port) +
               " to 65535, not \"" + text + '"';
    };
    const auto check_host = [](const std::string& text) -> std::string {
        return text.empty() ? "a host is a name or an address, not an empty text" : "";
    };

    CLI::App app(arguments.about, name);
    app.add_option("--host", arguments.host, arguments.host_help)
        ->type_name("HOST")
        ->capture_default_str()
        ->check(CLI::Validator(check_host, ""));
    app.add_option("--port", port, arguments.port_help)
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Validator(check_port, ""));
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::cout << app.help() << std::flush;
        std::exit(EXIT_SUCCESS);
    } catch (const CLI::ParseError& e) {
        std::cerr << name << ": " << e.what() << "\n\n" << app.help();
        std::exit(wrong_use);
    }
    arguments.port = static_cast<std::uint16_t>(std::stoi(port));
}

}  // namespace program
