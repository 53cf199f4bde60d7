#include "program/server_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace program {
namespace {

constexpr int wrong_use = 2;

/// Stricter than CLI11's own numbers, which take "0x50", "+80" and " 80" as well.
std::string check_port(const std::string& text) {
    const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
    if (digits && text.size() <= 5 && std::stoi(text) <= 65535) return {};
    return "a port is a number from 0 to 65535, not \"" + text + '"';
}

}  // namespace

ServerOptions parse_server_options(int argc, const char* const* argv, const std::string& about,
                                   std::uint16_t default_port) {
    const std::string name = std::filesystem::path(argv[0]).filename();
    ServerOptions options{.host = "127.0.0.1", .port = default_port};
    std::string port = std::to_string(default_port);

    CLI::App app(about, name);
    app.add_option("--host", options.host, "the address to listen on")->capture_default_str();
    app.add_option("--port", port, "port to listen on; 0 = any free port")
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
    options.port = static_cast<std::uint16_t>(std::stoi(port));
    return options;
}

}  // namespace program
