// The main() of every lab's test program: Catch2's, under a supervisor. Started without one, it
// starts one around itself.

#include <unistd.h>

#include <algorithm>
#include <catch2/catch_session.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <vector>

#include "harness/programs/supervision.hpp"

namespace {

/// Listing the tests starts no program.
bool only_asks(int argc, char* argv[]) {
    return std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
        return argument.starts_with("--list") || argument == "--help" || argument == "-h" ||
               argument == "-?";
    });
}

void start_again_under_supervisor(int argc, char* argv[]) {
    std::string supervisor = LAB_SUPERVISOR;
    std::string self = std::filesystem::read_symlink("/proc/self/exe");
    std::vector<char*> arguments{supervisor.data(), self.data()};
    arguments.insert(arguments.end(), argv + 1, argv + argc);
    arguments.push_back(nullptr);
    ::execv(supervisor.c_str(), arguments.data());
    std::cerr << "tests: execute " << supervisor << ": " << std::generic_category().message(errno)
              << '\n';
}

}  // namespace

int main(int argc, char* argv[]) {
    if (!only_asks(argc, argv) && !harness::is_supervised()) {
        start_again_under_supervisor(argc, argv);
        return 1;
    }
    // A program that ends before it has read its stdin is told by a check, not by a signal.
    std::signal(SIGPIPE, SIG_IGN);
    return Catch::Session().run(argc, argv);
}
