#include "runner/verbs/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <system_error>

#include "runner/exit_status.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/student/student_files.hpp"
#include "runner/testing/build.hpp"
#include "runner/verbs/test_printer.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

/// A program and its lab.
struct Place {
    const Lab* lab;
    const Program* program;
};

Place find_program(const Course& course, const std::string& name) {
    std::vector<std::string_view> known;
    for (const Lab& lab : course.labs) {
        for (const Program& program : lab.programs) {
            if (program.name == name) return {&lab, &program};
            known.emplace_back(program.name);
        }
    }
    throw WrongUse(
        fmt::format("no lab has a program \"{}\"; there are {}", name, fmt::join(known, ", ")));
}

/// The value of `--port 5050` or `--port=5050` among a program's arguments; the last one counts.
std::string value_of(const std::string& option, const std::vector<std::string>& arguments,
                     std::string otherwise) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == option && i + 1 < arguments.size()) otherwise = arguments[i + 1];
        if (arguments[i].starts_with(option + '=')) {
            otherwise = arguments[i].substr(option.size() + 1);
        }
    }
    return otherwise;
}

void replace(std::string& text, std::string_view what, const std::string& by) {
    if (const auto at = text.find(what); at != std::string::npos) text.replace(at, what.size(), by);
}

/// What to type in another terminal; "PORT" where only the program will say which it is.
std::string peer_line(const Lab& lab, const Program& program,
                      const std::vector<std::string>& arguments) {
    const std::string port = value_of("--port", arguments, std::to_string(lab.port));
    std::string line = program.peer;
    replace(line, "{host}", value_of("--host", arguments, "127.0.0.1"));
    replace(line, "{port}", port == "0" ? "PORT" : port);
    return line;
}

void say_what_to_try(const Place& place, const std::vector<std::string>& arguments) {
    if (!place.program->peer.empty()) {
        std::cerr << "in another terminal: " << peer_line(*place.lab, *place.program, arguments)
                  << "   (the one that listens comes first)\n";
    }
    std::cerr << "Ctrl-C ends " << place.program->name << '\n';
}

/// The process goes on as `program`: its terminal, signals and exit status are the program's own.
[[noreturn]] void become(const std::filesystem::path& program,
                         const std::vector<std::string>& arguments) {
    std::vector<std::string> words{program.filename()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const sigset_t signals = ending_signals();
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    ::execv(program.c_str(), argv.data());
    throw std::system_error(errno, std::system_category(), "start " + program.string());
}

}  // namespace

int run_command(const Workspace& workspace, const Course& course, const RunOptions& options) {
    const Place place = find_program(course, options.program);
    const Lab& lab = *place.lab;
    std::cerr << describe_copied(lab, start(workspace, lab));
    const TestOptions printing;
    const TestPrinter print(workspace, lab, printing);
    const BuildResult built = build(workspace, {"labs." + lab.id});
    print.built(built);
    if (!built.ok) return exit_not_built;
    const auto& typed = options.arguments;
    if (std::find(typed.begin(), typed.end(), "--help") == typed.end())
        say_what_to_try(place, typed);
    become(workspace.programs(lab) / options.program, options.arguments);
}

}  // namespace runner
