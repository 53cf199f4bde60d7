#include "toy_course.hpp"

#include <sstream>

namespace runner_test {
namespace {

namespace fs = std::filesystem;

const fs::path source = LAB_SOURCE;
const fs::path built = LAB_BUILD;
const fs::path courses = source / "tests" / "courses";

}  // namespace

ToyCourse::ToyCourse() {
    add("base");
    add_tests("01-toy", "toy_tests.cpp");
    // The rules of the build are the real ones.
    for (const char* file :
         {"CMakePresets.json", "labs/CMakeLists.txt", "tests/submissions/CMakeLists.txt"})
        fs::copy_file(source / file, root() / file);
    fs::create_symlink(source / "common", root() / "common");
    write_file(root() / "checkout.cmake", "set(LAB_BUILD \"" + built.string() +
                                              "\")\nset(LAB_COMPILER \"" +
                                              (courses / "compiler").string() + "\")\n");
    fs::create_directories(root() / "build" / "dev");
    fs::create_symlink(built / "lab", root() / "build" / "dev" / "lab");
}

void ToyCourse::add_tests(const std::string& lab, const std::string& file) const {
    const fs::path folder = root() / "labs" / lab / "tests";
    fs::create_directories(folder);
    fs::copy_file(courses / file, folder / file);
}

void ToyCourse::add(const std::string& name) const {
    fs::copy(courses / name, root(),
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

void ToyCourse::apply(const fs::path& patch) const {
    const auto outcome =
        runner::run({.words = {"patch", "--strip=1", "--fuzz=0", "--quiet",
                               "--no-backup-if-mismatch", "--input=" + patch.string()},
                     .folder = root()});
    if (outcome.status != 0) throw std::runtime_error(patch.string() + ": " + outcome.output);
}

void ToyCourse::configure() const {
    const auto outcome = runner::run({.words = {"cmake", "--preset", "dev"}, .folder = root()});
    if (outcome.status != 0) throw std::runtime_error(outcome.output);
}

runner::Outcome ToyCourse::lab(std::vector<std::string> words) const {
    words.insert(words.begin(), (built / "lab").string());
    return runner::run({.words = std::move(words),
                        .folder = root(),
                        .environment = {{"LAB_ROOT", root().string()}}});
}

std::multiset<std::string> failed_checks(const std::string& output) {
    const std::string before = "  again   ./lab verify --only '";
    std::multiset<std::string> names;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(before)) continue;
        names.insert(line.substr(before.size(), line.size() - before.size() - 1));
    }
    return names;
}

}  // namespace runner_test
