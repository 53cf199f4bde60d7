#include "runner/verify/commands/command_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <regex>
#include <set>
#include <stdexcept>

#include "runner/course/markdown.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/verify/commands/desk.hpp"
#include "runner/verify/commands/marks.hpp"
#include "runner/verify/commands/scratch_checkout.hpp"
#include "runner/verify/source_files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Part = Markdown::Part;

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
            (void)read_marks(comment);  // throws where a mark is wrong
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
    Command probe{.words = own_machine()};
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
