// `lab pack`: what a student hands in.

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "runner/machine/digest.hpp"
#include "runner/student/progress.hpp"
#include "toy_checkout.hpp"

using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using runner_test::read_file;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

void begin(const ToyCheckout& checkout) {
    write_file(checkout.student_file(), "// my server\n");
    write_file(checkout.lab() / "echo_client.cpp", "// my client\n");
}

fs::path archive(const ToyCheckout& checkout) { return checkout.root() / "01-tcp-echo.zip"; }

/// Unpacked by a program that is not ours.
std::map<std::string, std::string> unpacked(const fs::path& zip) {
    const runner_test::TempDir folder;
    const auto outcome = runner::run(
        {.words = {"python3", "-m", "zipfile", "-e", zip.string(), folder.path().string()}});
    if (outcome.status != 0) throw std::runtime_error(outcome.output);
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
        files[entry.path().lexically_relative(folder.path())] = read_file(entry.path());
    return files;
}

bool is_packed(const ToyCheckout& checkout) {
    const auto entries = fs::directory_iterator(checkout.root());
    return std::any_of(fs::begin(entries), fs::end(entries), [](const fs::directory_entry& entry) {
        return entry.path().string().find("zip") != std::string::npos;
    });
}

void make_socket(const fs::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::close(fd);
    REQUIRE(bound == 0);
}

}  // namespace

TEST_CASE("SHA-256 is the one of its standard", "[pack]") {
    // FIPS 180-2, appendix B.1.
    CHECK(runner::sha256("abc") ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("an archive has the files of the lab, and says what they are", "[pack]") {
    const ToyCheckout checkout;
    begin(checkout);
    write_file(checkout.lab() / "größe.hpp", std::string(262'144, 'x'));
    write_file(checkout.lab() / "notes.txt", "mine");
    write_file(checkout.lab() / "sketches" / "old.cpp", "mine");
    const auto outcome = checkout.lab({"pack", "1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output, ContainsSubstring("left out: notes.txt, sketches/") &&
                                   ContainsSubstring(archive(checkout).string()));

    auto files = unpacked(archive(checkout));
    const json manifest = json::parse(files.at("submission.json"));
    files.erase("submission.json");
    CHECK(files == std::map<std::string, std::string>{{"echo_server.cpp", "// my server\n"},
                                                      {"echo_client.cpp", "// my client\n"},
                                                      {"größe.hpp", std::string(262'144, 'x')}});
    CHECK(manifest.at("lab") == "01-tcp-echo");
    CHECK(manifest.at("course").is_null());
    REQUIRE(manifest.at("files").size() == 3);
    CHECK(manifest["files"][0] == json{{"name", "echo_client.cpp"},
                                       {"bytes", 13},
                                       {"sha256", runner::sha256("// my client\n")}});
}

TEST_CASE("the same files make the same bytes", "[pack]") {
    const ToyCheckout checkout;
    begin(checkout);
    REQUIRE(checkout.lab({"pack"}).status == 0);
    write_file(checkout.student_file(), "// my server\n");
    auto command = checkout.command({"pack"});
    command.environment["TZ"] = "Asia/Tokyo";
    REQUIRE(runner::run(command).status == 0);
    CHECK(read_file(archive(checkout)) == read_file(checkout.root() / "01-tcp-echo-2.zip"));
}

TEST_CASE("an archive names the course's version, if git knows it", "[pack]") {
    const ToyCheckout checkout;
    begin(checkout);
    const auto git = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"git", "-c", "user.name=x", "-c", "user.email=x@localhost"});
        return runner::run({.words = words,
                            .folder = checkout.root(),
                            .environment = {{"GIT_CONFIG_GLOBAL", "/dev/null"},
                                            {"GIT_CONFIG_SYSTEM", "/dev/null"}}});
    };
    if (git({"--version"}).status == 127) SKIP("git is not here");
    REQUIRE(git({"init", "-q"}).status == 0);
    REQUIRE(git({"add", "CMakePresets.json"}).status == 0);
    REQUIRE(git({"commit", "-q", "-m", "x"}).status == 0);
    REQUIRE(git({"tag", "v1.2"}).status == 0);
    REQUIRE(checkout.lab({"pack"}).status == 0);
    CHECK(json::parse(unpacked(archive(checkout)).at("submission.json")).at("course") == "v1.2");
}

TEST_CASE("an archive is written over nothing", "[pack]") {
    const ToyCheckout checkout;
    begin(checkout);
    write_file(archive(checkout), "mine");
    SECTION("the default name gets a number") {
        CHECK(checkout.lab({"pack"}).status == 0);
        CHECK(unpacked(checkout.root() / "01-tcp-echo-2.zip").size() == 3);
    }
    SECTION("a name that was given is refused") {
        const auto outcome = checkout.lab({"pack", "--output", "01-tcp-echo.zip"});
        CHECK(outcome.status == 2);
        CHECK_THAT(outcome.output, ContainsSubstring("is there already"));
    }
    CHECK(read_file(archive(checkout)) == "mine");
    CHECK_FALSE(fs::exists(checkout.root() / ".01-tcp-echo.zip.part"));
}

TEST_CASE("an archive goes where it is wanted", "[pack]") {
    const ToyCheckout checkout;
    begin(checkout);
    fs::create_directory(checkout.root() / "out");
    CHECK(checkout.lab({"pack", "1", "--output", "out/mine.zip"}).status == 0);
    CHECK(unpacked(checkout.root() / "out" / "mine.zip").size() == 3);
    CHECK(checkout.lab({"pack", "--output", "out"}).status == 2);
    CHECK(checkout.lab({"pack", "--output", "out/"}).status == 2);
    const auto nowhere = checkout.lab({"pack", "--output", "nowhere/mine.zip"});
    CHECK(nowhere.status == 2);
    CHECK_THAT(nowhere.output, ContainsSubstring("there is no folder"));
}

TEST_CASE("what the grader would refuse is refused, and named", "[pack]") {
    const ToyCheckout checkout;
    begin(checkout);
    const auto refused = [&](const std::string& why) {
        const auto outcome = checkout.lab({"pack"});
        CHECK(outcome.status == 1);
        CHECK_THAT(outcome.output, ContainsSubstring(why));
        CHECK_FALSE(is_packed(checkout));
    };
    SECTION("a large file") {
        write_file(checkout.lab() / "table.hpp", std::string(262'145, 'x'));
        refused("\"table.hpp\" has 262145 bytes; a file may have 262144 at the most");
    }
    SECTION("many files") {
        for (int i = 0; i < 77; ++i) {
            write_file(checkout.lab() / ("t" + std::to_string(i) + ".hpp"),
                       std::string(262'144, 'x'));
        }
        refused("all files together have 20185114 bytes");
    }
    SECTION("a link") {
        fs::create_symlink("echo_server.cpp", checkout.lab() / "link.cpp");
        refused("\"link.cpp\" is a symbolic link");
    }
    SECTION("a named pipe") {
        REQUIRE(::mkfifo((checkout.lab() / "pipe.hpp").c_str(), 0600) == 0);
        refused("\"pipe.hpp\" is a named pipe");
    }
    SECTION("a socket") {
        make_socket(checkout.lab() / "door.hpp");
        refused("\"door.hpp\" is a socket");
    }
    SECTION("a folder") {
        fs::create_directory(checkout.lab() / "parts.hpp");
        refused("\"parts.hpp\" is a folder");
    }
    SECTION("names that not every system can bear") {
        const std::string name = GENERATE(R"(a\b.cpp)", "line\nbreak.cpp", "\xff.cpp",
                                          "\xe2\x80\xa8.cpp", "what?.cpp", "\x1b[31m.cpp");
        write_file(checkout.lab() / name, "int x;\n");
        refused("has a name that not every system can bear");
    }
    SECTION("two names in one") {
        write_file(checkout.lab() / "Parts.hpp", "");
        write_file(checkout.lab() / "parts.hpp", "");
        refused(R"("Parts.hpp" and "parts.hpp" are one name on some systems)");
    }
}

TEST_CASE("without work of the student's there is nothing to pack", "[pack]") {
    const ToyCheckout checkout;
    const auto fresh = checkout.lab({"pack"});
    CHECK(fresh.status == 1);
    CHECK_THAT(fresh.output, ContainsSubstring("lab 01 is not started"));
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    const auto starter = checkout.lab({"pack"});
    CHECK(starter.status == 1);
    CHECK_THAT(starter.output, ContainsSubstring("nothing of yours to pack"));
    CHECK_FALSE(is_packed(checkout));
}

TEST_CASE("pack says how the tests went, and what is still to do", "[pack]") {
    const ToyCheckout checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    fs::remove(checkout.lab() / "echo_client.cpp");
    write_file(checkout.student_file(),
               "void f() {\n    TODO(\"send-all\");\n    TODO(\"names\");\n}\n");
    const json passed{{"passed", true}, {"verdict", "PASS"}, {"when", "2030-01-01T00:00:00Z"}};
    const json failed{{"passed", false}, {"verdict", "HANG"}, {"when", "2030-01-01T00:00:00Z"}};
    write_file(checkout.progress_file(), json{{"version", 1},
                                              {"labs",
                                               {{"01-tcp-echo",
                                                 {{"listen", passed},
                                                  {"echo-once", passed},
                                                  {"echo-stream", failed},
                                                  {"names", passed}}}}}}
                                             .dump());
    const auto outcome = checkout.lab({"pack"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output,
               ContainsSubstring("3 of 8 stages pass; 30 of 100 points") &&
                   ContainsSubstring("! 1.3 echo-stream failed: HANG\n") &&
                   ContainsSubstring(
                       "! 1.4 send-all has its mark still: labs/01-tcp-echo/echo_server.cpp:2\n") &&
                   ContainsSubstring("! 1.7 names has its mark still:") &&
                   ContainsSubstring("! 1.5 next-client was never tested\n") &&
                   ContainsSubstring("! echo_client.cpp is missing") &&
                   !ContainsSubstring("1.1 listen") && !ContainsSubstring("saved after"));
}

TEST_CASE("pack says which files have changed since the last test", "[pack]") {
    const ToyCheckout checkout;
    begin(checkout);
    write_file(checkout.progress_file(), R"({"version": 1, "labs": {"01-tcp-echo": {"listen":
        {"passed": true, "verdict": "PASS", "when": "2001-01-01T00:00:00Z"}}}})");
    CHECK_THAT(checkout.lab({"pack"}).output,
               ContainsSubstring("! echo_server.cpp was saved after the last test\n"));
}

TEST_CASE("what a pack that was killed has left goes with the next one", "[pack]") {
    const ToyCheckout checkout;
    begin(checkout);
    write_file(checkout.root() / ".01-tcp-echo.zip.part", "half an arch");
    CHECK(checkout.lab({"pack"}).status == 0);
    CHECK(unpacked(archive(checkout)).size() == 3);
    CHECK_FALSE(fs::exists(checkout.root() / ".01-tcp-echo.zip.part"));
}

TEST_CASE("pack tells of programs that nobody has begun, not of parts that are given", "[pack]") {
    const ToyCheckout checkout;
    write_file(checkout.lab() / "starter" / "parts.hpp", "#pragma once\n");
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    write_file(checkout.student_file(), "// my server\n");
    const auto packed = checkout.lab({"pack", "1"});
    CHECK(packed.status == 0);
    CHECK_THAT(packed.output, ContainsSubstring("echo_client.cpp is the starter, unchanged") &&
                                  !ContainsSubstring("echo_server.cpp is the starter") &&
                                  !ContainsSubstring("parts.hpp is the starter"));
}
