#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace runner {

/// A terminal with a shell (bash) in it, as somebody has it who types what a page says. Waits throw
/// std::runtime_error when what runs is still busy after a minute, or when the shell has ended.
class ShellTerminal {
public:
    /// `words` must become an interactive bash, in `folder`. Waits for its prompt.
    ShellTerminal(const std::vector<std::string>& words, const std::filesystem::path& folder);
    /// Hangs up, and ends what was started.
    ~ShellTerminal();
    ShellTerminal(const ShellTerminal&) = delete;
    ShellTerminal& operator=(const ShellTerminal&) = delete;

    /// How to start such a bash.
    [[nodiscard]] static std::vector<std::string> shell();

    /// Types a line and Enter; or a key, "Ctrl-C" or "Ctrl-Z".
    void type(const std::string& line);

    /// Waits for the prompt. False if the shell asks for the rest of a command instead. Throws
    /// std::runtime_error when all that runs has been asleep for five seconds, but for sleep(1).
    [[nodiscard]] bool await_prompt();

    /// Waits until the prompt is there, or until what runs waits for something: all its processes
    /// sleep, or have printed nothing for five seconds. True for the prompt.
    [[nodiscard]] bool await_rest();

    /// Takes what is printed for at most this long.
    void read_for(int milliseconds);

    /// The exit status of the last command; for the prompt alone.
    [[nodiscard]] int status() const { return status_; }

    /// What was printed since the last begin().
    [[nodiscard]] const std::string& printed() const { return printed_; }
    void begin() { printed_.clear(); }

    /// The process that was started; the shell itself may be another.
    [[nodiscard]] pid_t process() const { return pid_; }

private:
    enum class Prompt { none, command, more };
    class Watch;

    void take(const char* data, std::size_t size);
    /// Where all processes of the terminal stand; nothing if one of them does not sleep.
    [[nodiscard]] std::optional<std::string> sleepers() const;

    pid_t pid_ = -1;
    int fd_ = -1;
    std::string tty_number_;
    std::string printed_;
    std::string unread_status_;
    bool in_status_ = false;
    bool ended_ = false;
    Prompt prompt_ = Prompt::none;
    int status_ = 0;
};

}  // namespace runner
