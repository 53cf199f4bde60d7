#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "runner/machine/subprocess.hpp"
#include "temp_dir.hpp"

namespace runner_test {

/// A checkout of a toy course, tests/courses/base, whose programs are scripts: for `lab verify` as
/// it is run on the real one.
class ToyCourse {
public:
    ToyCourse();

    [[nodiscard]] const std::filesystem::path& root() const { return folder_.path(); }

    /// Puts the files of tests/courses/NAME over it.
    void add(const std::string& name) const;

    /// Gives a lab the tests of tests/courses/FILE, which are compiled there.
    void add_tests(const std::string& lab, const std::string& file) const;

    /// Changes it by a patch, whose paths begin at its top. Throws if that does not fit.
    void apply(const std::filesystem::path& patch) const;

    /// Plans the build of a student's programs, which `lab test` asks for.
    void configure() const;

    /// Runs `lab` with these words in it.
    [[nodiscard]] runner::Outcome lab(std::vector<std::string> words) const;

private:
    TempDir folder_;
};

/// The names of the checks that have failed, by what `lab verify` has printed.
[[nodiscard]] std::multiset<std::string> failed_checks(const std::string& output);

}  // namespace runner_test
