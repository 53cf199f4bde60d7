#include "runner/student/student_files.hpp"

#include <catch2/catch_test_macros.hpp>

#include "temp_dir.hpp"

using namespace runner;
using runner_test::read_file;
using runner_test::TempDir;
using runner_test::write_file;

TEST_CASE("start copies the starter, but never over anything", "[start]") {
    const TempDir checkout;
    const Workspace workspace(checkout.path(), "dev");
    const Lab lab{.id = "01-one",
                  .folder = checkout.path() / "labs" / "01-one",
                  .programs = {{.name = "one", .main_file = "one.cpp"}}};
    write_file(lab.folder / "starter" / "one.cpp", "starter");
    write_file(lab.folder / "starter" / "help.hpp", "starter");
    write_file(lab.folder / "help.hpp", "mine");
    CHECK_FALSE(is_started(lab));

    CHECK(start(workspace, lab) == std::vector<std::string>{"one.cpp"});
    CHECK(is_started(lab));
    CHECK(read_file(lab.folder / "help.hpp") == "mine");
    CHECK(start(workspace, lab).empty());
}

TEST_CASE("a mark is found with its file and line", "[marks]") {
    const TempDir folder;
    write_file(folder.path() / "b.cpp",
               "int main() {\n    TODO(\"listen\", fd);\n    TODO( \"talk\");\n}\n");
    write_file(folder.path() / "a.hpp", "\n\n    TODO(\"talk\");\n");
    write_file(folder.path() / "notes.txt", "TODO(\"other\")");
    const auto marks = find_marks(folder.path());
    REQUIRE(marks.size() == 2);
    CHECK(marks.at("listen").file.filename() == "b.cpp");
    CHECK(marks.at("listen").line == 2);
    CHECK(marks.at("talk").file.filename() == "a.hpp");
}

TEST_CASE("a mark in a comment is none", "[marks]") {
    const TempDir folder;
    write_file(folder.path() / "a.cpp",
               "// TODO(\"listen\")\nint x;  // was TODO(\"talk\")\nNOTODO(\"hear\")\n");
    CHECK(find_marks(folder.path()).empty());
}
