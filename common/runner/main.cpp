// The `lab` command: see `lab --help`.

#include <filesystem>
#include <iostream>

#include "runner/command_line.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/interruption.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

int run(int argc, char* argv[]) {
    const auto action = read_command_line(argc, argv);
    if (!action) return exit_passed;
    const Workspace workspace = Workspace::find();
    const Course course = load_course(workspace.root());
    for (const BrokenLab& broken : course.broken) std::cerr << "left out: " << broken.why << '\n';
    return (*action)(workspace, course);
}

}  // namespace
}  // namespace runner

int main(int argc, char* argv[]) {
    runner::end_in_order();
    try {
        return runner::run(argc, argv);
    } catch (const runner::WrongUse& e) {
        std::cerr << "lab: " << e.what() << '\n';
        return runner::exit_wrong_use;
    } catch (const std::filesystem::filesystem_error& e) {
        std::cerr << "lab: " << e.path1().string() << ": " << e.code().message()
                  << "\nls -ld shows whose it is, and who may change it\n";
        return runner::exit_failed;
    } catch (const std::exception& e) {
        std::cerr << "lab: " << e.what() << '\n';
        return runner::exit_failed;
    }
}
