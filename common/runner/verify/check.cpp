#include "runner/verify/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "runner/terminal.hpp"

namespace runner {
namespace {

std::optional<std::string> run_safely(const Check& check) {
    try {
        return check.run();
    } catch (const std::exception& e) {
        return e.what();
    }
}

void print_failure(const Check& check, const std::string& why) {
    std::cout << styled(Style::bad, "✗") << ' ' << check.name << '\n';
    std::istringstream lines(why);
    for (std::string line; std::getline(lines, line);) std::cout << "  " << line << '\n';
    std::cout << "  again   ./lab verify --only '" << check.name << "'\n" << std::flush;
}

/// Calls `work` in so many threads, and waits for all.
void side_by_side(std::size_t threads, const std::function<void()>& work) {
    std::vector<std::thread> workers;
    for (std::size_t i = 1; i < threads; ++i) workers.emplace_back(work);
    work();
    for (std::thread& worker : workers) worker.join();
}

}  // namespace

void CheckRun::run(const std::string& title, const std::vector<Check>& all) {
    std::vector<const Check*> checks;
    for (const Check& check : all) {
        if (wants(check.name)) checks.push_back(&check);
    }
    if (checks.empty()) return;

    const auto start = std::chrono::steady_clock::now();
    const std::size_t failed_before = failed_;
    ProgressLine progress;
    std::mutex mutex;
    std::atomic<std::size_t> next = 0;
    std::size_t done = 0;
    side_by_side(std::min(jobs_, checks.size()), [&] {
        for (std::size_t i = next++; i < checks.size(); i = next++) {
            const auto wrong = run_safely(*checks[i]);
            const std::scoped_lock lock(mutex);
            ++(wrong ? failed_ : passed_);
            if (wrong) {
                progress.clear();
                print_failure(*checks[i], *wrong);
            }
            progress.show(fmt::format("{}: {} of {}", title, ++done, checks.size()));
        }
    });
    progress.clear();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const bool good = failed_ == failed_before;
    std::cout << styled(good ? Style::good : Style::bad, good ? "✓" : "✗")
              << fmt::format(" {}: {} checks in {:.1f} s\n", title, checks.size(), took.count())
              << std::flush;
}

}  // namespace runner
