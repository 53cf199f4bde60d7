#include "runner/verify/command_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

#include "runner/course/markdown.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/verify/scratch_checkout.hpp"
#include "runner/verify/shell_terminal.hpp"
#include "runner/verify/source_files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Part = Markdown::Part;

const std::vector<std::string> own_machine{"unshare", "--user",      "--map-root-user",
                                           "--net",   "--pid",       "--mount-proc",
                                           "--fork",  "--kill-child"};

/// Commands that cannot be run here: how they begin, by the reason that their mark gives.
const std::map<std::string, std::vector<std::string>> reasons{
    {"fetches the course", {"git clone"}},
    {"needs root", {"sudo", "apt"}},
    {"needs Windows", {"wsl"}},
    {"needs an editor", {"code"}},
    {"a person talks to the debugger", {"./lab test 1.3 --debug"}},
    {"proves the whole course", {"./lab verify"}},
};

bool begins_with(const std::string& line, const std::string& words) {
    return line.starts_with(words) && (line.size() == words.size() || line[words.size()] == ' ');
}

/// Why a command cannot be run here; empty if it can.
std::string reason_against(const std::string& line) {
    for (const auto& [reason, beginnings] : reasons) {
        for (const std::string& words : beginnings) {
            if (begins_with(line, words)) return reason;
        }
    }
    return "";
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

// ---- what is printed

/// What differs from run to run gets a name, and all blanks are one.
std::string without_chance(const std::string& line) {
    static const std::regex blanks("[ \t]+");
    static const std::regex address("0x[0-9a-f]{6,}");
    static const std::regex ephemeral_port(R"(\b(3[3-9]|4\d|5\d|60)\d{3}\b|\b32[7-9]\d\d\b)");
    std::string text = std::regex_replace(line.substr(0, 2000), blanks, " ");
    text = std::regex_replace(text, address, "ADDRESS");
    text = std::regex_replace(text, ephemeral_port, "PORT");
    text.erase(text.find_last_not_of(' ') + 1);
    return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

/// `…` in the page stands for anything.
bool agrees(const std::string& shown, const std::string& printed) {
    static const std::string anything = "…";
    std::string_view left = printed;
    std::string_view rest = shown;
    bool anchored = true;
    for (;;) {
        const auto gap = rest.find(anything);
        const auto piece = rest.substr(0, gap);
        if (gap == std::string_view::npos && !anchored) return left.ends_with(piece);
        const auto at = left.find(piece);
        if (at == std::string_view::npos || (anchored && at != 0)) return false;
        left.remove_prefix(at + piece.size());
        if (gap == std::string_view::npos) return left.empty();
        rest.remove_prefix(gap + anything.size());
        anchored = false;
    }
}

enum class Order { as_shown, any };

/// The first line of a block that is not printed, or not after the ones above it; nothing if all
/// are.
std::optional<std::string> first_missing(const std::string& block, const std::string& printed,
                                         Order order) {
    const auto all = lines_of(printed);
    auto it = all.begin();
    for (const std::string& line : lines_of(block)) {
        const std::string shown = without_chance(line);
        if (order == Order::any) it = all.begin();
        it = std::find_if(it, all.end(), [&](const std::string& candidate) {
            return agrees(shown, without_chance(candidate));
        });
        if (it == all.end()) return line;
        ++it;
    }
    return std::nullopt;
}

/// What a message shows of it.
std::string end_of(const std::string& printed) {
    constexpr std::size_t most = 2000;
    return printed.size() <= most ? printed : "…" + printed.substr(printed.size() - most);
}

// ---- marks

/// What the comment directly above a block says of it.
struct Marks {
    std::size_t terminal = 0;
    bool runs_on = false;
    std::set<int> status{0};
    std::vector<std::string> reasons_against;
    bool printed = false;
    Order order = Order::as_shown;
    std::optional<std::size_t> printed_in;
};

const std::array<std::string, 5> ordinals{"first", "second", "third", "fourth", "fifth"};

/// "second terminal" and its like.
std::optional<std::size_t> terminal_of(const std::string& words) {
    for (std::size_t i = 0; i < ordinals.size(); ++i) {
        if (words == ordinals.at(i) + " terminal") return i;
    }
    return std::nullopt;
}

std::vector<std::string> split(const std::string& text, const std::string& between) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (auto at = text.find(between); at != std::string::npos; at = text.find(between, start)) {
        parts.push_back(text.substr(start, at - start));
        start = at + between.size();
    }
    parts.push_back(text.substr(start));
    return parts;
}

/// False if it is no mark.
bool add_mark(const std::string& mark, Marks& marks) {
    static const std::regex status(R"(exit status (\d+)(?: or (\d+))?)");
    std::smatch match;
    if (const auto terminal = terminal_of(mark)) {
        marks.terminal = *terminal;
    } else if (mark == "runs on") {
        marks.runs_on = true;
    } else if (std::regex_match(mark, match, status)) {
        marks.status = {std::stoi(match[1])};
        if (match[2].matched) marks.status.insert(std::stoi(match[2]));
    } else if (mark.starts_with("not run: ")) {
        marks.reasons_against = split(mark.substr(9), "; ");
    } else if (mark == "printed") {
        marks.printed = true;
    } else if (mark == "in any order") {
        marks.order = Order::any;
    } else if (mark.starts_with("printed in the ")) {
        marks.printed = true;
        marks.printed_in = terminal_of(mark.substr(15));
        return marks.printed_in.has_value();
    } else {
        return false;
    }
    return true;
}

bool is_picture(const std::string& comment) {
    return comment == "board" || comment.starts_with("failure: ");
}

/// Of the page of messages: see message_checks.hpp.
bool is_about_message(const std::string& comment) {
    return comment == "said by another program" || comment.starts_with("no entry: ");
}

/// What a reader does by hand: "first terminal: Ctrl-Z".
bool is_deed(const std::string& comment) {
    const auto colon = comment.find(": ");
    if (colon == std::string::npos) return false;
    return comment.starts_with("done: ") || terminal_of(comment.substr(0, colon)).has_value();
}

Marks read_marks(const std::string& comment) {
    Marks marks;
    for (const std::string& mark : split(comment, ", ")) {
        if (!add_mark(mark, marks))
            throw std::runtime_error(fmt::format("`{}` is no mark of a code block", mark));
    }
    return marks;
}

bool is_mark(const Part& part) {
    if (part.kind != Part::Kind::comment || is_picture(part.text)) return false;
    return !is_about_message(part.text) && !is_deed(part.text);
}

/// A mark that forbids nothing is refused: what can be run is.
void check_reasons(const Marks& marks, const std::vector<std::string>& lines) {
    for (const std::string& reason : marks.reasons_against) {
        if (!reasons.contains(reason))
            throw std::runtime_error(fmt::format("\"{}\" is no reason not to run it", reason));
        const bool fits = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
            return reason_against(line) == reason;
        });
        if (!fits) {
            throw std::runtime_error(
                fmt::format("marked `not run: {}`, but it can be run", reason));
        }
    }
}

// ---- playing

/// A machine as far as processes and network go, with the terminals that a section of a page uses.
class Desk {
public:
    explicit Desk(fs::path folder) : folder_(std::move(folder)) {}

    ShellTerminal& terminal(std::size_t number) {
        while (terminals_.size() <= number) terminals_.push_back(open());
        return *terminals_[number];
    }

    /// Whose own end is still to be looked at, with the exit status that it should have.
    std::map<std::size_t, std::set<int>> running;

    /// Ends what runs on, the last terminal first.
    void clear() {
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

    /// Of what has run on there, and has ended by itself.
    void take_status(std::size_t number) {
        if (const auto status = running.find(number); status != running.end())
            expect_status(number, status->second);
        running.erase(number);
    }

    void expect_status(std::size_t number, const std::set<int>& status) {
        const ShellTerminal& terminal = *terminals_[number];
        if (status.contains(terminal.status())) return;
        throw std::runtime_error(fmt::format("exit status {}, not {}; it printed:\n{}",
                                             terminal.status(), fmt::join(status, " or "),
                                             end_of(terminal.printed())));
    }

private:
    static void end(ShellTerminal& terminal) {
        terminal.type("Ctrl-C");
        if (!terminal.await_prompt())
            throw std::runtime_error("the command is not complete: the shell asks for more");
    }

    std::unique_ptr<ShellTerminal> open() {
        std::vector<std::string> words = own_machine;
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

    fs::path folder_;
    std::vector<std::unique_ptr<ShellTerminal>> terminals_;
};

/// Does what a page says, part by part. Throws std::runtime_error where it is not so.
class Reader {
public:
    Reader(const Workspace& workspace, const Course& course)
        : checkout_(workspace, course), desk_(checkout_.root()) {}

    void read(const Markdown& page) {
        for (const Part& part : page.parts) {
            try {
                read(part);
            } catch (const std::runtime_error& e) {
                throw std::runtime_error(fmt::format("line {}: {}", part.line, e.what()));
            }
            above_ = part;
        }
        end_section();
    }

private:
    void read(const Part& part) {
        const bool below =
            part.kind == Part::Kind::block && above_ && above_->line == part.line - 1;
        if (above_ && is_mark(*above_) && !below) {
            throw std::runtime_error(
                fmt::format("the mark `{}` stands above no code block", above_->text));
        }
        switch (part.kind) {
            case Part::Kind::heading:
                return end_section();
            case Part::Kind::comment:
                return act(part.text);
            case Part::Kind::block:
                return take(part);
        }
    }

    void end_section() {
        desk_.clear();
        commands_stand_above_ = false;
    }

    /// A comment says what a reader does by hand, or it is a mark of the block below.
    void act(const std::string& comment) {
        static const std::regex done("done: (.*) up to (.*)");
        static const std::regex typed("(\\w+ terminal): (.*)");
        std::smatch match;
        if (std::regex_match(comment, match, done)) {
            checkout_.finish_up_to(match[1], match[2]);
        } else if (std::regex_match(comment, match, typed) && terminal_of(match[1])) {
            type(*terminal_of(match[1]), match[2]);
        } else if (is_mark({.kind = Part::Kind::comment, .line = 0, .text = comment})) {
            read_marks(comment);
        }
    }

    void type(std::size_t number, const std::string& keys) {
        last_ = number;
        desk_.running.erase(number);
        ShellTerminal& terminal = desk_.terminal(number);
        terminal.type(keys);
        (void)terminal.await_rest();
    }

    void take(const Part& block) {
        static const std::vector<std::string> programs{"cpp", "python", "json", "cmake", "diff"};
        if (above_ && above_->kind == Part::Kind::comment && is_picture(above_->text)) return;
        const Marks marks = above_ && is_mark(*above_) ? read_marks(above_->text) : Marks{};
        if (marks.printed != (block.language == "text") && above_ && is_mark(*above_))
            throw std::runtime_error("`printed` is a mark of `text`, the others are of `sh`");
        if (block.language == "sh") {
            run(block, marks);
        } else if (block.language == "text") {
            look(block, marks);
        } else if (std::find(programs.begin(), programs.end(), block.language) == programs.end()) {
            throw std::runtime_error(fmt::format(
                "a code block is `sh` (commands), `text` (what is only read), or a program's "
                "language: not `{}`",
                block.language));
        }
    }

    void run(const Part& block, const Marks& marks) {
        const auto lines = lines_of(block.text);
        check_reasons(marks, lines);
        last_ = marks.terminal;
        ShellTerminal& terminal = desk_.terminal(marks.terminal);
        if (!terminal.await_rest()) throw std::runtime_error("something runs in this terminal");
        desk_.take_status(marks.terminal);
        terminal.begin();
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const auto reason = reason_against(lines[i]);
            const auto& allowed = marks.reasons_against;
            if (reason.empty()) {
                commands_stand_above_ = true;
                type_line(terminal, lines[i], marks, i + 1 == lines.size());
            } else if (std::find(allowed.begin(), allowed.end(), reason) == allowed.end()) {
                throw std::runtime_error(
                    fmt::format("`{}` needs the mark `not run: {}`", lines[i], reason));
            }
        }
    }

    void type_line(ShellTerminal& terminal, const std::string& line, const Marks& marks,
                   bool last) {
        terminal.type(line);
        if (last && marks.runs_on) {
            desk_.running[marks.terminal] = marks.status;
            if (!terminal.await_rest()) return;
        } else if (!terminal.await_prompt()) {
            if (last) throw std::runtime_error("the command is not complete: " + line);
            return;
        }
        try {
            desk_.expect_status(marks.terminal, last ? marks.status : std::set<int>{0});
        } catch (const std::runtime_error& e) {
            throw std::runtime_error(fmt::format("`{}`: {}", line, e.what()));
        }
    }

    void look(const Part& block, const Marks& marks) {
        if (!marks.printed) {
            if (!commands_stand_above_) return;
            throw std::runtime_error(
                "below commands a block that is read says `<!-- printed -->`, and is");
        }
        if (!commands_stand_above_) throw std::runtime_error("no command above prints this");
        ShellTerminal& terminal = desk_.terminal(marks.printed_in.value_or(last_));
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        auto missing = first_missing(block.text, terminal.printed(), marks.order);
        while (missing && std::chrono::steady_clock::now() < end) {
            terminal.read_for(50);
            missing = first_missing(block.text, terminal.printed(), marks.order);
        }
        if (!missing) return;
        throw std::runtime_error(
            fmt::format("`{}` is not printed; this is:\n{}", *missing, end_of(terminal.printed())));
    }

    ScratchCheckout checkout_;
    Desk desk_;
    std::optional<Part> above_;
    std::size_t last_ = 0;
    bool commands_stand_above_ = false;
};

/// The pages for readers; those below tests/ are read by tests.
std::vector<fs::path> pages(const Workspace& workspace) {
    auto files = files_of(workspace, {".md"});
    std::erase_if(
        files, [&](const fs::path& file) { return workspace.shown(file).starts_with("tests/"); });
    return files;
}

/// What cannot be read has been told; its commands have nothing to work on.
bool is_of_broken_lab(const Course& course, const fs::path& page) {
    return std::any_of(course.broken.begin(), course.broken.end(), [&](const BrokenLab& lab) {
        return lab.folder.filename() == page.parent_path().filename();
    });
}

}  // namespace

std::vector<Check> command_checks(const Workspace& workspace, const Course& course) {
    std::vector<Check> checks;
    for (const fs::path& file : pages(workspace)) {
        if (is_of_broken_lab(course, file)) continue;
        checks.push_back({.name = workspace.shown(file) + ": commands work",
                          .run = [&workspace, &course, file]() -> std::optional<std::string> {
                              Reader(workspace, course).read(read_markdown(file));
                              return std::nullopt;
                          }});
    }
    return checks;
}

std::optional<std::string> why_no_command_runs() {
    for (const std::string tool : {"bash", "unshare", "nsenter", "ip", "ss", "nc", "strace",
                                   "python3", "pgrep", "od", "getent"}) {
        if (run({.words = {"sh", "-c", "command -v " + tool}}).status != 0)
            return "there is no " + tool;
    }
    Command probe{.words = own_machine};
    for (const char* word : {"ip", "link", "set", "lo", "up"}) probe.words.emplace_back(word);
    const Outcome outcome = run(probe);
    if (outcome.status == 0) return std::nullopt;
    return "no namespaces: " + outcome.output.substr(0, outcome.output.find('\n'));
}

std::map<std::string, int> commands_not_run(const Workspace& workspace) {
    std::map<std::string, int> count;
    for (const fs::path& file : pages(workspace)) {
        for (const Part& part : read_markdown(file).parts) {
            if (part.kind != Part::Kind::block || part.language != "sh") continue;
            for (const std::string& line : lines_of(part.text)) {
                const std::string reason = reason_against(line);
                if (!reason.empty()) ++count[reason];
            }
        }
    }
    return count;
}

}  // namespace runner
