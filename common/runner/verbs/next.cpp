#include "runner/verbs/next.hpp"

#include <fmt/format.h>

#include <iostream>

#include "runner/course/markdown_text.hpp"
#include "runner/course/pages.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/student/place.hpp"
#include "runner/student/progress.hpp"
#include "runner/testing/picture.hpp"
#include "runner/verbs/board.hpp"

namespace runner {

int next_command(const Workspace& workspace, const Course& course,
                 const std::vector<std::string>& words) {
    const Progress progress = load_progress(workspace);
    const Place place = place_to_go_on(course, progress, words);
    const Lab& lab = *place.lab;
    if (const Stage* stage = place.stage) {
        std::cout << styled(Style::strong, number_of(lab, *stage) + ' ' + stage->id) << '\n'
                  << as_text(part_of(lab.folder / "README.md", stage->id),
                             std::filesystem::path("labs") / lab.id, line_width())
                  << '\n';
    }
    std::cout << draw_next(workspace, course, lab, progress,
                           "then   ./lab test   (or ./lab watch: at every save)\n");
    return exit_passed;
}

}  // namespace runner
