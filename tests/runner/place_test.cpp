// Where a student is: the lab to go on with.

#include "runner/student/place.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>

#include "temp_dir.hpp"

using runner::Course;
using runner::Lab;
using runner::Progress;
using runner_test::TempDir;
using runner_test::write_file;

namespace {

using namespace std::chrono_literals;

/// Three labs of one program and one stage each.
Course three_labs(const TempDir& folder) {
    Course course{.root = folder.path()};
    for (const std::string id : {"01-one", "02-two", "03-three"}) {
        Lab lab{.id = id, .folder = folder.path() / id};
        std::filesystem::create_directory(lab.folder);
        lab.programs = {{.name = "server", .main_file = "server.cpp"}};
        lab.stages = {{.id = "only", .points = 100, .program = "server"}};
        course.labs.push_back(std::move(lab));
    }
    return course;
}

/// A student saves a file, so long ago.
void save(const Lab& lab, const std::string& name, std::chrono::minutes ago) {
    write_file(lab.folder / name, "mine\n");
    std::filesystem::last_write_time(lab.folder / name,
                                     std::filesystem::file_time_type::clock::now() - ago);
}

}  // namespace

TEST_CASE("a student who has begun nothing begins with the first lab", "[place]") {
    const TempDir folder;
    const Course course = three_labs(folder);
    const Progress progress = Progress::load(folder.path() / "progress.json");
    CHECK(current_lab(course, progress).id == "01-one");
}

TEST_CASE("of two labs that are begun the one goes on where a file was saved last", "[place]") {
    const TempDir folder;
    const Course course = three_labs(folder);
    const Progress progress = Progress::load(folder.path() / "progress.json");
    save(course.labs[0], "server.cpp", 20min);
    CHECK(current_lab(course, progress).id == "01-one");
    save(course.labs[1], "server.cpp", 10min);
    CHECK(current_lab(course, progress).id == "02-two");
    save(course.labs[0], "parts.hpp", 5min);
    CHECK(current_lab(course, progress).id == "01-one");
}

TEST_CASE("a lab that is finished is not gone on with", "[place]") {
    const TempDir folder;
    const Course course = three_labs(folder);
    Progress progress = Progress::load(folder.path() / "progress.json");
    save(course.labs[0], "server.cpp", 5min);
    save(course.labs[1], "server.cpp", 20min);
    progress.set("01-one", "only", {.passed = true, .verdict = "PASS"});
    CHECK(current_lab(course, progress).id == "02-two");
    progress.set("02-two", "only", {.passed = true, .verdict = "PASS"});
    CHECK(current_lab(course, progress).id == "03-three");
}
