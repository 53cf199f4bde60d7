#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace runner {

/// One thing that must hold of the course. `run` returns what is wrong, or nothing; an exception
/// counts as wrong. Checks of one list may run at the same time.
struct Check {
    std::string name;
    std::function<std::optional<std::string>()> run;
    /// What is checked may come out otherwise by chance, rarely: one that fails is made so often
    /// again, and holds if all of these do. Not under `--repeat`, which looks for just that.
    std::size_t tries_after_failure = 0;
};

/// Runs checks side by side, prints each failure with the command that repeats it, and counts.
class CheckRun {
public:
    /// `repeat`: each check is made so often, and must come out the same each time.
    CheckRun(std::string only, std::size_t jobs, std::size_t repeat = 1)
        : only_(std::move(only)), jobs_(jobs), repeat_(repeat) {}

    /// Whether `--only` leaves a check of this name in.
    [[nodiscard]] bool wants(const std::string& name) const {
        return name.find(only_) != std::string::npos;
    }

    /// `at_once`: so many for each job, where checks wait more than they compute.
    void run(const std::string& title, const std::vector<Check>& all, std::size_t at_once = 1);

    [[nodiscard]] std::size_t passed() const noexcept { return passed_; }
    [[nodiscard]] std::size_t failed() const noexcept { return failed_; }

private:
    std::string only_;
    std::size_t jobs_;
    std::size_t repeat_;
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
};

}  // namespace runner
