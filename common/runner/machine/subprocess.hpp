#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

namespace runner {

struct Command {
    std::vector<std::string> words;                     ///< the first is looked up in PATH
    std::filesystem::path folder{};                     ///< to run it in; empty: the current one
    std::map<std::string, std::string> environment{};   ///< on top of our own
    std::optional<std::chrono::milliseconds> limit{};   ///< then it gets SIGTERM
    std::function<void(const std::string&)> on_line{};  ///< each line of output as it comes
    bool own_group = false;  ///< a process group of its own: Ctrl-C does not reach it
    std::stop_token stop{};  ///< on request it gets SIGTERM
};

struct Outcome {
    int status =
        0;  ///< exit status; 128 + N if it died of signal N; 127 if it could not be started
    bool timed_out = false;
    std::string output;  ///< stdout and stderr as they came
};

/// What was to be run was stopped on request.
class Cancelled : public std::runtime_error {
public:
    Cancelled() : std::runtime_error("cancelled") {}
};

/// Runs a command to its end, with nothing on stdin. Throws Cancelled if it was to stop, once it
/// has ended; std::system_error when it cannot be run at all.
[[nodiscard]] Outcome run(const Command& command);

/// Runs a command to its end on our own terminal, in the place of us. Returns its status, as in
/// Outcome. Throws std::system_error.
int run_on_terminal(const Command& command);

/// The signals by which people end a program: SIGINT, SIGTERM, SIGHUP. Commands do not have them
/// blocked, whoever runs them.
[[nodiscard]] sigset_t ending_signals();

/// Ends all commands that run (SIGTERM), and waits until they have gone; from now on run() starts
/// none, and never returns: what was cut short is no result. For whoever is about to end the
/// process.
void end_all();

}  // namespace runner
