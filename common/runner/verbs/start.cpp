#include "runner/verbs/start.hpp"

#include <fmt/format.h>

#include <iostream>

#include "runner/course/ids.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/difference.hpp"
#include "runner/machine/files.hpp"
#include "runner/student/starters.hpp"
#include "runner/student/student_files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

bool same_text(const fs::path& one, const fs::path& other) {
    return fs::exists(one) && fs::exists(other) && read_file(one) == read_file(other);
}

void show(const StarterChange& change, const Lab& lab) {
    const std::string file = "starter/" + change.name;
    std::cout << coloured(difference({.file = change.before, .name = file + ", as you copied it"},
                                     {.file = change.now, .name = file + ", as it is now"},
                                     Blanks::count))
              << '\n';
    if (!fs::exists(change.now)) {
        std::cout << change.name << " is no part of the starter any more\n\n";
    } else if (same_text(change.before, lab.folder / change.name)) {
        std::cout << fmt::format(
            "You have not changed {0}: to take the new one, type\n"
            "  rm labs/{1}/{0} && ./lab start {2:02}\n\n",
            change.name, lab.id, lab.number());
    }
}

/// Once they have been shown, the changes are no news any more.
void show_changes(const Workspace& workspace, const Lab& lab) {
    const auto changes = starter_changes(workspace, lab);
    if (changes.empty()) return;
    std::cout << fmt::format(
        "The starter of lab {:02} has changed since you copied it. Your files have not.\n\n",
        lab.number());
    for (const StarterChange& change : changes) show(change, lab);
    std::cout << fmt::format(
        "to do  carry over into your files what you want of it (- was, + is)\n"
        "   or  ./lab reset {:02}: the new starter; your files are kept in a copy\n",
        lab.number());
    if (std::cout.flush()) remember_starter(workspace, lab, Staging(workspace));
}

}  // namespace

int start_command(const Workspace& workspace, const Course& course,
                  const std::vector<std::string>& words) {
    const Lab& lab = select_lab(course, words);
    const auto copied = start(workspace, lab);
    for (const std::string& file : copied)
        std::cout << "labs/" << lab.id << '/' << file << ": copied from the starter\n";
    if (copied.empty())
        std::cout << "labs/" << lab.id << " is started already; nothing was changed\n";
    show_changes(workspace, lab);
    std::cout << "read   labs/" << lab.id << "/README.md\nthen   ./lab test " << lab.number()
              << '\n';
    return exit_passed;
}

}  // namespace runner
