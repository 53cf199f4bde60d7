#include "runner/verify/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>

#include "runner/machine/terminal.hpp"
#include "runner/testing/side_by_side.hpp"

namespace runner {
namespace {

using Complaint = std::optional<std::string>;

std::string first_line(const Complaint& complaint) {
    return complaint ? complaint->substr(0, complaint->find('\n')) : "it holds";
}

Complaint run_safely(const Check& check) {
    try {
        return check.run();
    } catch (const std::exception& e) {
        return e.what();
    }
}

void print_chance(const Check& check, const std::string& why) {
    std::cout << "· " << check.name << '\n'
              << "  came out otherwise once, and then " << check.tries_after_failure
              << " times as it should: " << first_line(why) << '\n'
              << std::flush;
}

void print_failure(const Check& check, const std::string& why) {
    std::cout << styled(Style::bad, "✗") << ' ' << check.name << '\n';
    std::istringstream lines(why);
    for (std::string line; std::getline(lines, line);) std::cout << "  " << line << '\n';
    std::cout << "  again   ./lab verify --only '" << check.name << "'\n" << std::flush;
}

/// Makes a check that has failed again, as often as it allows. Whether it holds after all.
bool holds_after_all(const Check& check) {
    for (std::size_t i = 0; i < check.tries_after_failure; ++i) {
        if (run_safely(check)) return false;
    }
    return check.tries_after_failure > 0;
}

/// What to say of several runs of one check: whatever they have in common, or that they differ.
Complaint in_common(const std::vector<Complaint>& runs) {
    std::map<std::string, std::size_t> outcomes;
    for (const Complaint& run : runs) ++outcomes[first_line(run)];
    const auto failed = std::find_if(runs.begin(), runs.end(),
                                     [](const Complaint& run) { return run.has_value(); });
    if (outcomes.size() == 1) return runs.front();
    std::string text = fmt::format("differs from run to run, of {}:\n", runs.size());
    for (const auto& [outcome, count] : outcomes) text += fmt::format("{} × {}\n", count, outcome);
    return text + **failed;
}

}  // namespace

void CheckRun::run(const std::string& title, const std::vector<Check>& all, std::size_t at_once) {
    std::vector<const Check*> checks;
    for (const Check& check : all) {
        if (wants(check.name)) checks.push_back(&check);
    }
    if (checks.empty()) return;

    const auto start = std::chrono::steady_clock::now();
    const std::size_t failed_before = failed_;
    ProgressLine progress;
    std::mutex mutex;
    std::size_t done = 0;
    std::vector<std::vector<Complaint>> runs(checks.size());
    side_by_side(checks.size() * repeat_, jobs_ * at_once, [&](std::size_t i) {
        const std::size_t which = i / repeat_;
        auto wrong = run_safely(*checks[which]);
        const bool by_chance = wrong && repeat_ == 1 && holds_after_all(*checks[which]);
        const std::scoped_lock lock(mutex);
        if (by_chance) {
            progress.clear();
            print_chance(*checks[which], *wrong);
            wrong.reset();
        }
        runs[which].push_back(std::move(wrong));
        if (runs[which].size() < repeat_) return;
        const Complaint found = in_common(runs[which]);
        ++(found ? failed_ : passed_);
        if (found) {
            progress.clear();
            print_failure(*checks[which], *found);
        }
        progress.show(fmt::format("{}: {} of {}", title, ++done, checks.size()));
    });
    progress.clear();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const bool good = failed_ == failed_before;
    std::cout << styled(good ? Style::good : Style::bad, good ? "✓" : "✗")
              << fmt::format(" {}: {} checks in {:.1f} s\n", title, checks.size(), took.count())
              << std::flush;
}

}  // namespace runner
