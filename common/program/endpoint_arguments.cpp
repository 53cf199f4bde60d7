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
bool is_number(const std::string& text, std::uint32_t least, std::uint32_t most) {
    constexpr std::size_t most_digits = 9;  // so many always fit
    const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
    return digits && text.size() <= most_digits && std::stoul(text) >= least &&
           std::stoul(text) <= most;
}

void add_number(CLI::App& app, const NumberOption& number) {
    const auto check = [=](const std::string& text) -> std::string {
        if (is_number(text, number.least, number.most)) return {};
        return "it has to be a number from " + std::to_string(number.least) + " to " +
               std::to_string(number.most) + ", not \"" + text + '"';
    };
    const auto take = [value = number.value](const std::string& text) {
        *value = static_cast<std::uint32_t>(std::stoul(text));
    };
    app.add_option_function<std::string>(number.name, take, number.help)
        ->type_name("N")
        ->default_str(std::to_string(*number.value))
        ->check(CLI::Validator(check, ""));
}

void add_host(CLI::App& app, EndpointArguments& arguments) {
    const auto check = [](const std::string& text) -> std::string {
        return text.empty() ? "a host is a name or an address, not an empty text" : "";
    };
    app.add_option("--host", arguments.host, arguments.host_help)
        ->type_name("HOST")
        ->capture_default_str()
        ->check(CLI::Validator(check, ""));
}

void parse(CLI::App& app, int argc, const char* const* argv) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::cout << app.help() << std::flush;
        std::exit(EXIT_SUCCESS);
    } catch (const CLI::ParseError& e) {
        std::cerr << app.get_name() << ": " << e.what() << "\n\n" << app.help();
        std::exit(wrong_use);
    }
}

}  // namespace

void parse_endpoint(int argc, const char* const* argv, EndpointArguments& arguments) {
    constexpr std::uint32_t greatest_port = 65535;
    std::uint32_t port = arguments.port;
    CLI::App app(arguments.about, std::filesystem::path(argv[0]).filename());
    add_host(app, arguments);
    add_number(app, {.name = "--port",
                     .help = arguments.port_help,
                     .least = arguments.least_port,
                     .most = greatest_port,
                     .value = &port});
    for (const NumberOption& number : arguments.more.numbers) add_number(app, number);
    for (const FlagOption& flag : arguments.more.flags) {
        app.add_flag(flag.name, *flag.value, flag.help);
    }
    parse(app, argc, argv);
    arguments.port = static_cast<std::uint16_t>(port);
}

}  // namespace program
