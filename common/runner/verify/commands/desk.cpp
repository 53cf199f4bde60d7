#include "runner/verify/commands/desk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "runner/verify/commands/printed.hpp"

namespace runner {
namespace {

void end(ShellTerminal& terminal) {
    terminal.type("Ctrl-C");
    if (!terminal.await_prompt())
        throw std::runtime_error("the command is not complete: the shell asks for more");
}

}  // namespace

const std::vector<std::string>& own_machine() {
    static const std::vector<std::string> words{"unshare", "--user",      "--map-root-user",
                                                "--net",   "--pid",       "--mount-proc",
                                                "--fork",  "--kill-child"};
    return words;
}

ShellTerminal& Desk::terminal(std::size_t number) {
    while (terminals_.size() <= number) terminals_.push_back(open());
    return *terminals_[number];
}

void Desk::clear() {
    for (std::size_t i = terminals_.size(); i-- > 0;) {
        if (terminals_[i]->await_rest()) {
            take_status(i);
        } else {
            end(*terminals_[i]);
        }
    }
    // The first one goes last: it holds the machine.
    while (!terminals_.empty()) terminals_.pop_back();
    running.clear();
}

void Desk::take_status(std::size_t number) {
    if (const auto status = running.find(number); status != running.end())
        expect_status(number, status->second);
    running.erase(number);
}

void Desk::expect_status(std::size_t number, const std::set<int>& status) {
    const ShellTerminal& terminal = *terminals_[number];
    if (status.contains(terminal.status())) return;
    throw std::runtime_error(fmt::format("exit status {}, not {}; it printed:\n{}",
                                         terminal.status(), fmt::join(status, " or "),
                                         end_of(terminal.printed())));
}

std::unique_ptr<ShellTerminal> Desk::open() const {
    std::vector<std::string> words = own_machine();
    if (!terminals_.empty()) {
        const std::string first = std::to_string(terminals_.front()->process());
        words = {"nsenter",
                 "--target=" + first,
                 "--user",
                 "--net",
                 "--mount",
                 "--pid=/proc/" + first + "/ns/pid_for_children",
                 "--preserve-credentials",
                 "--wd=" + folder_.string()};
    }
    words.insert(words.end(), {"env", "LAB_ROOT=" + folder_.string()});
    for (std::string& word : ShellTerminal::shell()) words.push_back(std::move(word));
    auto terminal = std::make_unique<ShellTerminal>(words, folder_);
    if (terminals_.empty()) {
        terminal->type("ip link set lo up");
        if (!terminal->await_prompt() || terminal->status() != 0)
            throw std::runtime_error("no loopback: " + terminal->printed());
    }
    return terminal;
}

}  // namespace runner
