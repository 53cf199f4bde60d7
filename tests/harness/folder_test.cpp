// What becomes of the files of a program.

#include "harness/programs/folder.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>

#include "expect_failure.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace fs = std::filesystem;

namespace {

/// What is told of a folder that should have one file, `a`, with `hello` in it.
std::string told_of(const Folder& folder) {
    const auto failure = failure_of([&] { folder.expect({{"a", "hello"}}); });
    CHECK(failure.verdict == Verdict::files);
    return failure.says;
}

}  // namespace

TEST_CASE("a folder that holds what it should is right", "[folder]") {
    const Folder folder;
    folder.expect({});
    folder.put("a", "hello");
    folder.put("sub/b", std::string("\0x", 2));
    fs::create_directory(folder.path() / "empty");
    folder.expect({{"a", "hello"}, {"sub/b", std::string("\0x", 2)}});
}

TEST_CASE("a file with a wrong byte is told with its place", "[folder]") {
    const Folder folder;
    folder.put("a", "hellO");
    CHECK_THAT(told_of(folder), ContainsSubstring("in the file a byte 5 of 5 bytes differs"));
}

TEST_CASE("a file that is too short, or too long, is told with both sizes", "[folder]") {
    const Folder folder;
    folder.put("a", "hell");
    CHECK_THAT(told_of(folder), ContainsSubstring("it has 4 bytes instead of 5 bytes"));
    folder.put("a", "hello!");
    CHECK_THAT(told_of(folder), ContainsSubstring("it has 6 bytes instead of 5 bytes"));
}

TEST_CASE("a file that is missing is named", "[folder]") {
    const Folder folder;
    CHECK(told_of(folder) == "the file a is not there");
}

TEST_CASE("a file that is left over is named", "[folder]") {
    const Folder folder;
    folder.put("a", "hello");
    folder.put("sub/a.part", "hel");
    CHECK_THAT(told_of(folder),
               ContainsSubstring("left over that does not belong there: sub/a.part"));
}

TEST_CASE("a file outside the folder is named", "[folder]") {
    const Folder folder;
    folder.put("a", "hello");
    folder.put("../../evil", "x");
    CHECK_THAT(told_of(folder), ContainsSubstring("outside its folder: ../../evil"));
}

TEST_CASE("a link is no file, wherever it leads", "[folder]") {
    const Folder folder;
    folder.put("sub/b", "hello");
    fs::create_symlink(folder.path() / "sub" / "b", folder.path() / "a");
    fs::remove(folder.path() / "a");
    fs::create_symlink("/dev/null", folder.path() / "a");
    fs::remove_all(folder.path() / "sub");
    CHECK_THAT(told_of(folder), ContainsSubstring("a is no file"));
    fs::remove(folder.path() / "a");
    fs::create_directory_symlink("/", folder.path() / "a");
    CHECK_THAT(told_of(folder), ContainsSubstring("a is no file"));
}

TEST_CASE("a folder is fresh, and removed with all it holds", "[folder]") {
    fs::path path;
    {
        const Folder folder;
        path = folder.path();
        folder.put("sub/a", "");
        const Folder other;
        CHECK(other.path() != path);
    }
    CHECK_FALSE(fs::exists(path));
}

TEST_CASE("what an interrupted test has left is removed by the next one", "[folder]") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const Folder folder;
        const std::string path = folder.path();
        const bool told = ::write(ends[1], path.data(), path.size()) > 0;
        ::_exit(told ? 0 : 1);  // as a signal ends it: no destructor runs
    }
    ::waitpid(child, nullptr, 0);
    char text[200] = {};
    REQUIRE(::read(ends[0], text, sizeof text - 1) > 0);
    REQUIRE(fs::exists(text));
    const Folder next;
    CHECK_FALSE(fs::exists(text));
    ::close(ends[0]);
    ::close(ends[1]);
}
