#include "runner/verbs/start.hpp"

#include <iostream>

#include "runner/course/ids.hpp"
#include "runner/exit_status.hpp"
#include "runner/student/student_files.hpp"

namespace runner {

int start_command(const Workspace& /*workspace*/, const Course& course,
                  const std::vector<std::string>& words) {
    const Lab& lab = *select(course, words).lab;
    const auto copied = start(lab);
    for (const std::string& file : copied)
        std::cout << "labs/" << lab.id << '/' << file << ": copied from the starter\n";
    if (copied.empty())
        std::cout << "labs/" << lab.id << " is started already; nothing was changed\n";
    std::cout << "read   labs/" << lab.id << "/README.md\nthen   ./lab test " << lab.number()
              << '\n';
    return exit_passed;
}

}  // namespace runner
