// An update of the course by git leaves a student's files alone.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "toy_checkout.hpp"

using Catch::Matchers::ContainsSubstring;
using runner_test::read_file;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

const fs::path source = LAB_SOURCE;

runner::Outcome git(const fs::path& folder, std::vector<std::string> words) {
    words.insert(words.begin(), {"git", "-c", "user.name=x", "-c", "user.email=x@localhost"});
    return runner::run({.words = std::move(words),
                        .folder = folder,
                        .environment = {{"GIT_CONFIG_GLOBAL", "/dev/null"},
                                        {"GIT_CONFIG_SYSTEM", "/dev/null"},
                                        {"LC_ALL", "C"}}});
}

std::string must(const runner::Outcome& outcome) {
    INFO(outcome.output);
    REQUIRE(outcome.status == 0);
    return outcome.output;
}

/// The course in a repository, and a student's clone of it, in which lab 01 is begun.
class Clone {
public:
    Clone() {
        const fs::path lab = "labs/01-tcp-echo";
        fs::create_directories(upstream() / lab);
        for (const char* part : {"lab.json", "README.md", "starter", "tests"}) {
            fs::copy(source / lab / part, upstream() / lab / part, fs::copy_options::recursive);
        }
        for (const char* file : {"CMakePresets.json", ".gitignore"})
            fs::copy_file(source / file, upstream() / file);
        must(git(upstream(), {"init", "-q", "-b", "main"}));
        commit(upstream(), "the course");
        must(git(folder_.path(), {"clone", "-q", upstream().string(), root().string()}));
        must(this->lab({"start", "1"}));
        write_file(file("echo_server.cpp"), "// my server\n");
        write_file(file("my_own.hpp"), "// my header\n");
    }

    [[nodiscard]] fs::path root() const { return folder_.path() / "mine"; }
    [[nodiscard]] fs::path file(const std::string& name) const {
        return root() / "labs" / "01-tcp-echo" / name;
    }

    static void commit(const fs::path& repository, const std::string& message) {
        must(git(repository, {"add", "-A"}));
        must(git(repository, {"commit", "-q", "-m", message}));
    }

    void change_starter() const {
        const fs::path starter = upstream() / "labs" / "01-tcp-echo" / "starter";
        write_file(starter / "echo_server.cpp", "// a better starter\n");
        write_file(starter / "help.hpp", "// one more file\n");
        commit(upstream(), "a better starter");
    }

    [[nodiscard]] runner::Outcome lab(std::vector<std::string> words) const {
        words.insert(words.begin(), std::string(LAB_BUILD) + "/lab");
        return runner::run({.words = std::move(words),
                            .folder = root(),
                            .environment = {{"LAB_ROOT", root().string()}}});
    }

    void check_after_update() const {
        CHECK(read_file(file("echo_server.cpp")) == "// my server\n");
        CHECK(read_file(file("my_own.hpp")) == "// my header\n");
        CHECK(read_file(file("starter") / "echo_server.cpp") == "// a better starter\n");
        CHECK_THAT(lab({}).output, ContainsSubstring("the starter of lab 01 has changed since"));
        CHECK_THAT(lab({"start", "1"}).output,
                   ContainsSubstring("help.hpp: copied from the starter") &&
                       ContainsSubstring("\n+// a better starter\n"));
        CHECK(read_file(file("echo_server.cpp")) == "// my server\n");
        CHECK_THAT(lab({}).output, !ContainsSubstring("has changed since"));
    }

private:
    [[nodiscard]] fs::path upstream() const { return folder_.path() / "upstream"; }

    runner_test::TempDir folder_;
};

bool lacks_git() { return git("/", {"--version"}).status != 0; }

}  // namespace

TEST_CASE("an update leaves a student's files as they are", "[update]") {
    if (lacks_git()) SKIP("git is not here");
    const Clone clone;
    clone.change_starter();
    must(git(clone.root(), {"pull", "-q", "--ff-only"}));
    clone.check_after_update();
}

TEST_CASE("an update leaves what a student has committed as it is", "[update]") {
    if (lacks_git()) SKIP("git is not here");
    const Clone clone;
    Clone::commit(clone.root(), "my work");
    CHECK_THAT(git(clone.root(), {"ls-files"}).output,
               ContainsSubstring("labs/01-tcp-echo/echo_server.cpp") &&
                   ContainsSubstring("labs/01-tcp-echo/my_own.hpp"));
    clone.change_starter();
    must(git(clone.root(), {"pull", "-q", "--no-rebase", "--no-edit"}));
    clone.check_after_update();
}

TEST_CASE("git takes nothing for a student's but the programs", "[update]") {
    if (lacks_git()) SKIP("git is not here");
    const Clone clone;
    must(clone.lab({"pack", "1"}));
    must(clone.lab({"reset", "1", "--yes"}));
    write_file(clone.file("echo_server.cpp"), "// my server\n");
    CHECK(git(clone.root(), {"status", "--porcelain"}).output ==
          "?? labs/01-tcp-echo/echo_client.cpp\n?? labs/01-tcp-echo/echo_server.cpp\n");
}
