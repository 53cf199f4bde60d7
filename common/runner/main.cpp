// The `lab` command: see `lab --help`.

#include <CLI/CLI.hpp>
#include <iostream>

#include "runner/board.hpp"
#include "runner/exit_status.hpp"
#include "runner/ids.hpp"
#include "runner/interruption.hpp"
#include "runner/student_files.hpp"
#include "runner/terminal.hpp"
#include "runner/test_command.hpp"
#include "runner/verify/verify.hpp"
#include "runner/workspace.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

int board_command(const Workspace& workspace, const Course& course) {
    const Progress progress = Progress::load(workspace.progress_file());
    if (!progress.note().empty()) std::cerr << progress.note() << '\n';
    std::cout << draw_board(workspace, course, progress, line_width());
    return exit_passed;
}

int start_command(const Course& course, const std::string& word) {
    const Lab& lab = *select(course, std::array{word}).lab;
    const auto copied = start(lab);
    for (const std::string& file : copied)
        std::cout << "labs/" << lab.id << '/' << file << ": copied from the starter\n";
    if (copied.empty())
        std::cout << "labs/" << lab.id << " is started already; nothing was changed\n";
    std::cout << "read   labs/" << lab.id << "/README.md\nthen   ./lab test " << lab.number()
              << '\n';
    return exit_passed;
}

void say_broken(const Course& course) {
    for (const BrokenLab& broken : course.broken) std::cerr << "left out: " << broken.why << '\n';
}

/// The command line: what can be typed, and what was.
class Arguments {
public:
    Arguments() {
        app_.require_subcommand(0, 1);
        start_verb_->add_option("LAB", lab, "01-tcp-echo, or 1 for short")->required();

        test_verb_->add_option("LAB", test_lab_,
                               "such as 01-tcp-echo, 1, 1.3, or a stage: echo-stream");
        test_verb_->add_option("STAGE", test_stage_, "such as echo-stream, or 3");
        test_verb_->add_flag("--all", test.all, "every stage of the lab");
        test_verb_->add_flag("--json", test.json, "the results as JSON on stdout");
        test_verb_->add_option("--seed", test.seed, "draw the same bytes again")->type_name("N");
        test_verb_->add_option("--repeat", test.repeat, "run so often, each time with another seed")
            ->type_name("N")
            ->check(CLI::Range(1, 1000000));

        verify_verb_->add_flag("--quick", verify.quick,
                               "without clang-tidy and the build with clang++");
        verify_verb_->add_option("--only", verify.only, "only checks whose name contains TEXT")
            ->type_name("TEXT");
        verify_verb_
            ->add_option("--repeat", verify.repeat,
                         "make each check so often: it must come out the same each time")
            ->type_name("N")
            ->check(CLI::Range(1, 1000));
        verify_verb_->add_flag("--update-proof", verify.update_proof,
                               "write docs/proof.md instead of comparing it");
        verify_verb_
            ->add_option("--jobs", verify.jobs, "how many checks at once; default: one a core")
            ->type_name("N")
            ->check(CLI::Range(1, 1024));
    }

    /// Returns the help if that was asked for. Throws WrongUse.
    [[nodiscard]] std::optional<std::string> parse(int argc, char* argv[]) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::CallForHelp&) {
            const auto chosen = app_.get_subcommands();
            return chosen.empty() ? app_.help() : chosen.front()->help();
        } catch (const CLI::ParseError& e) {
            throw WrongUse(std::string(e.what()) + "\n./lab --help lists the commands");
        }
        for (const std::string& word : {test_lab_, test_stage_}) {
            if (!word.empty()) test.words.push_back(word);
        }
        return std::nullopt;
    }

    [[nodiscard]] bool wants_start() const { return start_verb_->parsed(); }
    [[nodiscard]] bool wants_test() const { return test_verb_->parsed(); }
    [[nodiscard]] bool wants_verify() const { return verify_verb_->parsed(); }

    std::string lab;
    TestOptions test;
    VerifyOptions verify;

private:
    std::string test_lab_;
    std::string test_stage_;
    CLI::App app_{
        "Socket Lab: network programs in staged exercises, tested from outside. "
        "Without a command: the board.",
        "lab"};
    CLI::App* start_verb_ = app_.add_subcommand(
        "start", "copy the starter of a lab, for you to work on; never over anything");
    CLI::App* test_verb_ =
        app_.add_subcommand("test", "build, and test the open stage, then the ones before it");
    CLI::App* verify_verb_ =
        app_.add_subcommand("verify", "prove the course itself: the repository's own tests");
};

int run_command(int argc, char* argv[]) {
    Arguments arguments;
    if (const auto help = arguments.parse(argc, argv)) {
        std::cout << *help;
        return exit_passed;
    }
    const Workspace workspace = Workspace::find();
    const Course course = load_course(workspace.root());
    if (arguments.wants_verify()) return verify_command(workspace, course, arguments.verify);
    say_broken(course);
    if (arguments.wants_start()) return start_command(course, arguments.lab);
    if (arguments.wants_test()) return test_command(workspace, course, arguments.test);
    return board_command(workspace, course);
}

}  // namespace
}  // namespace runner

int main(int argc, char* argv[]) {
    runner::end_in_order();
    try {
        return runner::run_command(argc, argv);
    } catch (const runner::WrongUse& e) {
        std::cerr << "lab: " << e.what() << '\n';
        return runner::exit_wrong_use;
    } catch (const std::exception& e) {
        std::cerr << "lab: " << e.what() << '\n';
        return runner::exit_failed;
    }
}
