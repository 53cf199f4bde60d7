#include "runner/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "runner/course/nearest.hpp"
#include "runner/doctor/doctor.hpp"
#include "runner/verbs/board.hpp"
#include "runner/verbs/hint.hpp"
#include "runner/verbs/next.hpp"
#include "runner/verbs/pack.hpp"
#include "runner/verbs/reset.hpp"
#include "runner/verbs/run.hpp"
#include "runner/verbs/solution.hpp"
#include "runner/verbs/start.hpp"
#include "runner/verbs/test_command.hpp"
#include "runner/verify/verify.hpp"
#include "runner/watch/watch.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

constexpr const char* lab_form = "such as 01-tcp-echo, or 1 for short";
constexpr const char* either_form = "such as 01-tcp-echo, 1, 1.3, or a stage: echo-stream";
constexpr const char* stage_form = "such as echo-stream, or 3";

/// Digits alone: CLI11's own numbers take "0x50" and "+80" as well, and refuse in words of theirs.
CLI::Validator number(std::uint32_t least, std::uint32_t most) {
    return {[=](const std::string& word) -> std::string {
                std::uint32_t value = 0;
                const char* end = word.data() + word.size();
                const auto [rest, error] = std::from_chars(word.data(), end, value);
                if (error == std::errc() && rest == end && least <= value && value <= most)
                    return "";
                return fmt::format("\"{}\" is not a whole number from {} to {}", word, least, most);
            },
            ""};
}

/// The verbs, and what each was given.
class CommandLine {
public:
    CommandLine() {
        app_.require_subcommand(0, 1);
        add_verbs_of_the_loop();
        add_verbs_of_help();
        add_verbs_of_files();
        add_verify();
    }

    /// Throws CLI::ParseError.
    [[nodiscard]] Action read(int argc, char* argv[]) {
        if (argc > 1 && argv[1][0] != '-') check_verb(argv[1]);
        app_.parse(take_arguments_of_program(argc, argv), argv);
        for (const auto& [verb, action] : actions_) {
            if (verb->parsed()) return action;
        }
        return board_command;
    }

    [[nodiscard]] std::string help() const {
        return app_.help();  // of the verb, if one was typed
    }

private:
    void check_verb(const std::string& word) const {
        std::vector<std::string> verbs;
        for (const auto& [verb, action] : actions_) verbs.push_back(verb->get_name());
        if (std::find(verbs.begin(), verbs.end(), word) != verbs.end()) return;
        throw WrongUse(fmt::format("there is no command \"{}\".{}\n./lab --help lists them", word,
                                   suggestion(word, verbs)));
    }

    /// `lab run PROGRAM -- ARGS`: what follows the program is its own, whatever it looks like.
    /// Returns how many words are ours.
    [[nodiscard]] int take_arguments_of_program(int argc, char* argv[]) {
        constexpr int ours = 3;
        if (argc <= ours || std::string_view(argv[1]) != "run" || argv[2][0] == '-') return argc;
        run_.arguments.assign(argv + ours, argv + argc);
        if (run_.arguments.front() == "--") run_.arguments.erase(run_.arguments.begin());
        return ours;
    }

    CLI::App& add(const char* name, const char* what, Action action) {
        CLI::App* verb = app_.add_subcommand(name, what);
        actions_.emplace_back(verb, std::move(action));
        return *verb;
    }

    /// LAB, which may be left out.
    CLI::Option* add_lab(CLI::App& verb) { return verb.add_option("LAB", lab_, lab_form); }

    /// LAB and STAGE, both of which may be left out; a stage alone is enough.
    void add_stage(CLI::App& verb) {
        verb.add_option("LAB", lab_, either_form);
        verb.add_option("STAGE", stage_, stage_form);
    }

    /// What was typed of these.
    [[nodiscard]] std::vector<std::string> words() const {
        std::vector<std::string> typed;
        for (const std::string& word : {lab_, stage_}) {
            if (!word.empty()) typed.push_back(word);
        }
        return typed;
    }

    void add_verbs_of_the_loop() {
        auto& start =
            add("start", "copy the starter of a lab, for you to work on; never over anything",
                [this](const auto& workspace, const auto& course) {
                    return start_command(workspace, course, words());
                });
        add_lab(start)->required();

        auto& test = add("test", "build, and test the open stage, then the ones before it",
                         [this](const auto& workspace, const auto& course) {
                             test_.words = words();
                             return test_command(workspace, course, test_);
                         });
        add_stage(test);
        auto* all = test.add_flag("--all", test_.all, "every stage of the lab");
        auto* json = test.add_flag("--json", test_.json, "the results as JSON on stdout");
        test.add_option("--seed", test_.seed, "draw the same bytes again")
            ->type_name("N")
            ->check(number(0, std::numeric_limits<std::uint32_t>::max()));
        auto* repeat =
            test.add_option("--repeat", test_.repeat, "run so often, each time with another seed")
                ->type_name("N")
                ->check(number(1, 1'000'000));

        test.add_flag("--debug{gdb}", test_.debug,
                      "the first failing test in gdb; --debug=wait waits for a debugger of yours")
            ->check(CLI::IsMember({"gdb", "wait"}))
            ->excludes(all)
            ->excludes(json)
            ->excludes(repeat);

        auto& watch = add("watch", "test at every save, until you type q",
                          [this](const auto& workspace, const auto& course) {
                              return watch_command(workspace, course, words());
                          });
        add_lab(watch);
    }

    void add_verbs_of_help() {
        auto& next = add("next", "print what the handout says about the open stage, or another",
                         [this](const auto& workspace, const auto& course) {
                             return next_command(workspace, course, words());
                         });
        add_stage(next);

        auto& hint = add("hint", "print one more hint about the open stage",
                         [this](const auto& workspace, const auto& course) {
                             return hint_command(workspace, course, words());
                         });
        add_stage(hint);

        auto& run = add("run", "build a program of yours, and run it by hand",
                        [this](const auto& workspace, const auto& course) {
                            return run_command(workspace, course, run_);
                        });
        run.add_option("PROGRAM", run_.program, "such as echo_server")->required();
        run.footer("What follows PROGRAM, or -- behind it, are the program's own arguments.");

        auto& solution = add("solution", "show how the reference differs from yours at a stage",
                             [this](const auto& workspace, const auto& course) {
                                 solution_.words = words();
                                 return solution_command(workspace, course, solution_);
                             });
        add_stage(solution);
        solution.add_flag("--yes", solution_.yes, "do not ask first");

        add("doctor", "say what this machine has and lacks, what that costs, and how to get it",
            [](const auto& workspace, const auto& course) {
                return doctor_command(workspace, course);
            });
    }

    void add_verbs_of_files() {
        auto& reset = add("reset", "begin a lab anew; your files are kept in a dated copy",
                          [this](const auto& workspace, const auto& course) {
                              reset_.words = words();
                              return reset_command(workspace, course, reset_);
                          });
        add_lab(reset)->required();
        reset.add_flag("--yes", reset_.yes, "do not ask first");

        auto& pack = add("pack", "put your files of a lab into one archive, to hand in",
                         [this](const auto& workspace, const auto& course) {
                             pack_.words = words();
                             return pack_command(workspace, course, pack_);
                         });
        add_lab(pack);
        pack.add_option("--output", pack_.output, "the archive to write")->type_name("FILE");
    }

    void add_verify() {
        auto& verify = add("verify", "prove the course itself: the repository's own tests",
                           [this](const auto& workspace, const auto& course) {
                               return verify_command(workspace, course, verify_);
                           });
        verify.add_flag("--quick", verify_.quick, "without clang-tidy and the build with clang++");
        verify.add_option("--only", verify_.only, "only checks whose name contains TEXT")
            ->type_name("TEXT");
        verify
            .add_option("--repeat", verify_.repeat,
                        "make each check so often: it must come out the same each time")
            ->type_name("N")
            ->check(number(1, 1'000));
        verify.add_flag("--update-proof", verify_.update_proof,
                        "write docs/proof.md instead of comparing it");
        verify.add_option("--jobs", verify_.jobs, "how many checks at once; default: one a core")
            ->type_name("N")
            ->check(number(1, 1'024));
    }

    CLI::App app_{
        "Socket Lab: network programs in staged exercises, tested from outside. "
        "Without a command: the board.",
        "./lab"};
    std::vector<std::pair<CLI::App*, Action>> actions_;
    std::string lab_;
    std::string stage_;
    TestOptions test_;
    RunOptions run_;
    SolutionOptions solution_;
    ResetOptions reset_;
    PackOptions pack_;
    VerifyOptions verify_;
};

}  // namespace

std::optional<Action> read_command_line(int argc, char* argv[]) {
    // The action reads what was typed from it.
    const auto line = std::make_shared<CommandLine>();
    try {
        return [line, action = line->read(argc, argv)](const auto& workspace, const auto& course) {
            return action(workspace, course);
        };
    } catch (const CLI::CallForHelp&) {
        std::cout << line->help();
        return std::nullopt;
    } catch (const CLI::ParseError& e) {
        throw WrongUse(std::string(e.what()) + "\n./lab --help lists the commands");
    }
}

}  // namespace runner
