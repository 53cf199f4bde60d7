#include "harness/programs/tool.hpp"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace harness {
namespace {

namespace fs = std::filesystem;

/// The file of a program in PATH; empty if there is none.
std::string find_in_path(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        const fs::path file = fs::path(folder) / name;
        if (fs::is_regular_file(file) && ::access(file.c_str(), X_OK) == 0) return file;
    }
    return {};
}

}  // namespace

Tool::Tool(const std::string& name, const std::string& debian_package) {
    std::istringstream names(name);
    for (std::string one; file_.empty() && std::getline(names, one, ',');)
        file_ = find_in_path(one);
    if (file_.empty())
        SKIP("this machine has no " << name << " (Debian: " << debian_package << ')');
}

Process Tool::run(std::vector<std::string> arguments) const {
    return Process({.name = fs::path(file_).filename(),
                    .file = file_,
                    .arguments = std::move(arguments),
                    .input = true});
}

std::uint16_t announced_port(Process& tool) {
    const auto line = tool.next_line(patience::to_start_python);
    const int port = line ? std::atoi(line->c_str()) : 0;
    if (port <= 0 || port > UINT16_MAX)
        fail({.verdict = Verdict::test_bug, .says = tool.name() + " has not said its port"});
    return static_cast<std::uint16_t>(port);
}

void await_listening(Process& tool) {
    if (!tool.await_on_stderr("istening on"))
        fail({.verdict = Verdict::test_bug, .says = tool.name() + " does not listen"});
}

}  // namespace harness
