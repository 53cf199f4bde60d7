#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/machine/subprocess.hpp"
#include "temp_dir.hpp"

namespace runner_test {

/// A checkout with lab 01 alone, whose build tree takes tests and supervisor from the one under
/// test and builds nothing but the student's program: for the `lab` command as a student calls it.
class ToyCheckout {
public:
    ToyCheckout();

    [[nodiscard]] const std::filesystem::path& root() const { return folder_.path(); }
    [[nodiscard]] std::filesystem::path lab() const { return root() / "labs" / "01-tcp-echo"; }
    [[nodiscard]] std::filesystem::path student_file() const { return lab() / "echo_server.cpp"; }
    [[nodiscard]] std::filesystem::path progress_file() const {
        return root() / ".lab" / "progress.json";
    }

    /// Runs `lab` with these words in this checkout.
    [[nodiscard]] runner::Outcome lab(std::vector<std::string> words) const;
    [[nodiscard]] runner::Command command(std::vector<std::string> words) const;

    /// What stands in the reference solution, as the student's own work.
    void use_solution() const;

    /// Makes a script the student's program, in place of what would be compiled.
    void use_script(const std::string& text) const;

private:
    TempDir folder_;
};

}  // namespace runner_test
