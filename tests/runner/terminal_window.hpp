#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "temp_dir.hpp"

namespace runner_test {

/// A terminal with a shell in it, as a person sits before one: what is typed goes in, and what the
/// window shows can be read. It is a window of a tmux of its own, and ends with all that runs
/// there.
class TerminalWindow {
public:
    /// `environment` as for env(1): "NO_COLOR=1".
    explicit TerminalWindow(const std::vector<std::string>& environment, std::size_t columns = 80,
                            std::size_t rows = 24);
    ~TerminalWindow();
    TerminalWindow(const TerminalWindow&) = delete;
    TerminalWindow& operator=(const TerminalWindow&) = delete;
    TerminalWindow(TerminalWindow&&) = delete;
    TerminalWindow& operator=(TerminalWindow&&) = delete;

    /// Keys by tmux's names, "C-c", "Enter", or letters.
    void press(const std::vector<std::string>& keys) const;
    /// A line and Enter.
    void type(const std::string& line) const;
    void resize(std::size_t columns, std::size_t rows) const;

    /// What the window shows, line by line.
    [[nodiscard]] std::string text() const;
    /// With what has left it at the top.
    [[nodiscard]] std::string all_text() const;
    /// The last line of the window.
    [[nodiscard]] std::string bottom() const;
    /// Waits until the window shows it.
    [[nodiscard]] bool comes_to_show(const std::string& what) const;

    /// What stty(1) says of the terminal's modes.
    [[nodiscard]] std::string settings() const;
    /// The command in the foreground: "sh", when it is the shell's turn.
    [[nodiscard]] std::string foreground() const;
    /// How many processes there are beside the shell.
    [[nodiscard]] std::size_t processes() const;

private:
    [[nodiscard]] std::string tmux(std::vector<std::string> words) const;
    [[nodiscard]] std::string ask(const std::string& format) const;

    TempDir folder_;
    pid_t shell_ = 0;
    std::string device_;
};

}  // namespace runner_test
