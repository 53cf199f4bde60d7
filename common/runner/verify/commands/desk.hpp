#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runner/verify/commands/shell_terminal.hpp"

namespace runner {

/// How to start a command on a machine of its own, as far as processes and network go;
/// namespaces(7).
[[nodiscard]] const std::vector<std::string>& own_machine();

/// Such a machine, with the terminals that a section of a page uses. Throws std::runtime_error
/// where something is not as the page says.
class Desk {
public:
    /// The terminals begin in this folder.
    explicit Desk(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Opens it if it is not there; counted from 0.
    [[nodiscard]] ShellTerminal& terminal(std::size_t number);

    /// Whose own end is still to be looked at, with the exit status that it should have.
    std::map<std::size_t, std::set<int>> running;

    /// Ends what runs on, the last terminal first.
    void clear();

    /// Of what has run on there, and has ended by itself.
    void take_status(std::size_t number);

    void expect_status(std::size_t number, const std::set<int>& status);

private:
    [[nodiscard]] std::unique_ptr<ShellTerminal> open() const;

    std::filesystem::path folder_;
    std::vector<std::unique_ptr<ShellTerminal>> terminals_;
};

}  // namespace runner
