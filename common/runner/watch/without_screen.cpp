#include "runner/watch/without_screen.hpp"

#include <iostream>
#include <thread>

#include "runner/verbs/board.hpp"
#include "runner/verbs/test_printer.hpp"
#include "runner/watch/watched_lab.hpp"

namespace runner {
namespace {

void print(const Workspace& workspace, const Course& course, const Lab& lab,
           const Verdict& verdict) {
    if (!verdict.trouble.empty()) {
        std::cerr << verdict.trouble << '\n';
        return;
    }
    const TestOptions options;
    const TestPrinter print(workspace, lab, options);
    print.built(verdict.result.built);
    if (!verdict.result.built.ok) return;
    print.results(verdict.result.first);
    print.earlier(verdict.result.earlier);
    say_note(*verdict.progress);
    print.end(verdict.result.all(),
              draw_next(workspace, course, lab, *verdict.progress,
                        "read   ./lab next\nthen   ./lab watch anew: this one stays here\n"));
}

}  // namespace

void watch_without_screen(const Workspace& workspace, const Course& course, const Lab& lab) {
    WatchedLab watched(workspace, lab);
    for (;;) {
        watched.look();
        if (const auto verdict = watched.take_verdict()) {
            for (const std::string& file : watched.take_saved())
                std::cout << "saved: " << file << std::endl;
            print(workspace, course, lab, *verdict);
            std::cout << std::flush;
        }
        std::this_thread::sleep_for(WatchedLab::between_looks);
    }
}

}  // namespace runner
