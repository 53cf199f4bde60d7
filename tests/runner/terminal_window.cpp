#include "terminal_window.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "runner/machine/subprocess.hpp"
#include "waiting.hpp"

namespace runner_test {
namespace {

namespace fs = std::filesystem;

std::string output_of(std::vector<std::string> words) {
    const auto outcome =
        runner::run({.words = words, .environment = {{"LC_ALL", "C.UTF-8"}, {"TMUX", ""}}});
    if (outcome.status != 0) throw std::runtime_error(words.front() + ": " + outcome.output);
    return outcome.output;
}

std::string without_newline(std::string text) {
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

/// The session of a process; -1 if it has ended, though its parent may not know yet. proc(5): the
/// fourth word behind the name.
pid_t session_of(const fs::path& process) {
    std::ifstream file(process / "stat");
    std::string text;
    if (!std::getline(file, text)) return -1;
    std::istringstream words(text.substr(text.rfind(')') + 2));
    std::string state;
    pid_t parent = -1;
    pid_t group = -1;
    pid_t session = -1;
    words >> state >> parent >> group >> session;
    return state == "Z" ? -1 : session;
}

bool is_number(const std::string& name) {
    return name.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

TerminalWindow::TerminalWindow(const std::vector<std::string>& environment, std::size_t columns,
                               std::size_t rows) {
    std::string shell = "env";
    for (const std::string& variable : environment) shell += " '" + variable + '\'';
    (void)tmux({"new-session", "-d", "-x", std::to_string(columns), "-y", std::to_string(rows),
                shell + " PS1='$ ' sh -i"});
    (void)tmux({"set-option", "-g", "status", "off"});
    resize(columns, rows);
    shell_ = std::stoi(ask("#{pane_pid}"));
    device_ = ask("#{pane_tty}");
    if (!comes_to_show("$")) throw std::runtime_error("the shell does not start: " + text());
}

TerminalWindow::~TerminalWindow() {
    try {
        (void)tmux({"kill-server"});
        (void)comes_true([&] { return processes() == 0; });
    } catch (const std::exception&) {
        // It has gone already.
    }
}

std::string TerminalWindow::tmux(std::vector<std::string> words) const {
    const std::vector<std::string> front{
        "tmux", "-u", "-S", (folder_.path() / "socket").string(), "-f", "/dev/null"};
    words.insert(words.begin(), front.begin(), front.end());
    return output_of(std::move(words));
}

std::string TerminalWindow::ask(const std::string& format) const {
    return without_newline(tmux({"display-message", "-p", format}));
}

void TerminalWindow::press(const std::vector<std::string>& keys) const {
    std::vector<std::string> words{"send-keys"};
    words.insert(words.end(), keys.begin(), keys.end());
    (void)tmux(std::move(words));
}

void TerminalWindow::type(const std::string& line) const {
    (void)tmux({"send-keys", "-l", line});
    press({"Enter"});
}

void TerminalWindow::resize(std::size_t columns, std::size_t rows) const {
    (void)tmux({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

std::string TerminalWindow::text() const { return tmux({"capture-pane", "-p"}); }

std::string TerminalWindow::all_text() const { return tmux({"capture-pane", "-p", "-S", "-"}); }

std::string TerminalWindow::bottom() const {
    const std::string lines = without_newline(text());
    return lines.substr(lines.rfind('\n') + 1);
}

bool TerminalWindow::comes_to_show(const std::string& what) const {
    return comes_true([&] { return text().find(what) != std::string::npos; });
}

std::string TerminalWindow::settings() const { return output_of({"stty", "-F", device_, "-g"}); }

std::string TerminalWindow::foreground() const { return ask("#{pane_current_command}"); }

std::size_t TerminalWindow::processes() const {
    std::size_t count = 0;
    for (const auto& process : fs::directory_iterator("/proc")) {
        const std::string name = process.path().filename();
        if (is_number(name) && name != std::to_string(shell_) &&
            session_of(process.path()) == shell_)
            ++count;
    }
    return count;
}

}  // namespace runner_test
