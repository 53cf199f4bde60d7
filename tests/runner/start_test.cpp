// `lab start`, and what it says when the starter has changed since.

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "toy_checkout.hpp"

using Catch::Matchers::ContainsSubstring;
using runner_test::read_file;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

const std::string notice = "the starter of lab 01 has changed since: ./lab start 01 shows how";

fs::path starter(const ToyCheckout& checkout, const std::string& name) {
    return checkout.lab() / "starter" / name;
}

/// What an update of the course does.
void change_starter(const ToyCheckout& checkout) {
    const fs::path file = starter(checkout, "echo_server.cpp");
    write_file(file, "// changed upstream\n" + read_file(file));
}

/// Runs `lab` where no file may have more than a kilobyte or two, as on a disk that is nearly full.
runner::Outcome with_little_room(const ToyCheckout& checkout, std::vector<std::string> words,
                                 const std::string& before) {
    auto command = checkout.command(std::move(words));
    const std::vector<std::string> shell{"sh", "-c", before + R"(ulimit -f 2; exec "$@")", "sh"};
    command.words.insert(command.words.begin(), shell.begin(), shell.end());
    return runner::run(command);
}

}  // namespace

TEST_CASE("a starter that does not fit on the disk is not copied in part", "[start]") {
    const ToyCheckout checkout;
    // Without the signal the write fails; with it the command is killed in the middle of it.
    const std::string before = GENERATE("trap '' XFSZ; ", "ulimit -c 0; ");
    const auto full = with_little_room(checkout, {"start", "1"}, before);
    CHECK(full.status != 0);
    if (before.starts_with("trap")) CHECK_THAT(full.output, ContainsSubstring("File too large"));
    CHECK_FALSE(fs::exists(checkout.student_file()));
    CHECK_FALSE(fs::exists(checkout.lab() / "echo_client.cpp"));

    CHECK(checkout.lab({"start", "1"}).status == 0);
    CHECK(read_file(checkout.student_file()) == read_file(starter(checkout, "echo_server.cpp")));
    CHECK_FALSE(fs::exists(checkout.root() / ".lab" / "tmp"));
}

TEST_CASE("start writes over nothing, whatever it is", "[start]") {
    const ToyCheckout checkout;
    fs::create_symlink("nowhere", checkout.student_file());
    fs::create_directory(checkout.lab() / "echo_client.cpp");
    CHECK(checkout.lab({"start", "1"}).status == 0);
    CHECK(fs::is_symlink(checkout.student_file()));
    CHECK_FALSE(fs::exists(checkout.lab() / "nowhere"));
    CHECK(fs::is_directory(checkout.lab() / "echo_client.cpp"));
}

TEST_CASE("a copy of a starter that is read-only may be written", "[start]") {
    const ToyCheckout checkout;
    ::chmod(starter(checkout, "echo_server.cpp").c_str(), 0444);
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    CHECK((fs::status(checkout.student_file()).permissions() & fs::perms::owner_write) !=
          fs::perms::none);
}

TEST_CASE("a starter that has not changed is no news", "[start]") {
    const ToyCheckout checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    write_file(checkout.student_file(), "// mine\n");
    CHECK_THAT(checkout.lab({}).output, !ContainsSubstring(notice));
    CHECK_THAT(checkout.lab({"start", "1"}).output, !ContainsSubstring("changed since"));
}

TEST_CASE("a changed starter is told until its difference was shown", "[start]") {
    const ToyCheckout checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    write_file(checkout.student_file(), "// mine\n");
    change_starter(checkout);
    CHECK_THAT(checkout.lab({}).output, ContainsSubstring(notice));
    CHECK_THAT(checkout.lab({"test", "1"}).output, ContainsSubstring(notice));

    const auto shown = checkout.lab({"start", "1"});
    CHECK(shown.status == 0);
    CHECK_THAT(shown.output, ContainsSubstring("--- starter/echo_server.cpp, as you copied it\n"
                                               "+++ starter/echo_server.cpp, as it is now\n") &&
                                 ContainsSubstring("\n+// changed upstream\n") &&
                                 ContainsSubstring("carry over") &&
                                 ContainsSubstring("./lab reset 01") &&
                                 !ContainsSubstring("You have not changed"));
    CHECK(read_file(checkout.student_file()) == "// mine\n");
    CHECK_THAT(checkout.lab({}).output, !ContainsSubstring(notice));
    CHECK_THAT(checkout.lab({"start", "1"}).output, !ContainsSubstring("+// changed upstream"));
}

TEST_CASE("who has not begun a file is told how to take the new one", "[start]") {
    const ToyCheckout checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    change_starter(checkout);
    CHECK_THAT(checkout.lab({"start", "1"}).output,
               ContainsSubstring("You have not changed echo_server.cpp") &&
                   ContainsSubstring("rm labs/01-tcp-echo/echo_server.cpp && ./lab start 01"));
    fs::remove(checkout.student_file());
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    CHECK(read_file(checkout.student_file()) == read_file(starter(checkout, "echo_server.cpp")));
    CHECK_THAT(checkout.lab({}).output, !ContainsSubstring(notice));
}

TEST_CASE("the JSON of the results bears no notice", "[start]") {
    const ToyCheckout checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    write_file(checkout.student_file(), "int main() { return x; }\n");
    change_starter(checkout);
    auto command = checkout.command({"test", "1", "--json"});
    command.words.insert(command.words.begin(), {"sh", "-c", R"(exec "$@" 2>/dev/null)", "sh"});
    const auto json = runner::run(command);
    CHECK_THAT(json.output, ContainsSubstring("\"BUILD\"") && !ContainsSubstring(notice));
}

TEST_CASE("what a new starter adds is copied, and is no change", "[start]") {
    const ToyCheckout checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    write_file(starter(checkout, "help.hpp"), "// new\n");
    CHECK_THAT(checkout.lab({}).output, !ContainsSubstring(notice));
    CHECK_THAT(checkout.lab({"start", "1"}).output, ContainsSubstring("help.hpp: copied"));
    CHECK(read_file(checkout.lab() / "help.hpp") == "// new\n");
    CHECK_THAT(checkout.lab({}).output, !ContainsSubstring(notice));
}

TEST_CASE("what a new starter adds beside a file of that name is told", "[start]") {
    const ToyCheckout checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    write_file(checkout.lab() / "help.hpp", "// mine\n");
    write_file(starter(checkout, "help.hpp"), "// theirs\n");
    CHECK_THAT(checkout.lab({}).output, ContainsSubstring(notice));
    CHECK_THAT(checkout.lab({"start", "1"}).output, ContainsSubstring("\n+// theirs\n"));
    CHECK(read_file(checkout.lab() / "help.hpp") == "// mine\n");
    CHECK_THAT(checkout.lab({}).output, !ContainsSubstring(notice));
}

TEST_CASE("what a new starter has no more is told", "[start]") {
    const ToyCheckout checkout;
    write_file(starter(checkout, "help.hpp"), "// given\n");
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    fs::remove(starter(checkout, "help.hpp"));
    CHECK_THAT(checkout.lab({}).output, ContainsSubstring(notice));
    CHECK_THAT(checkout.lab({"start", "1"}).output,
               ContainsSubstring("help.hpp is no part of the starter any more"));
    CHECK(fs::exists(checkout.lab() / "help.hpp"));
    CHECK_THAT(checkout.lab({}).output, !ContainsSubstring(notice));
}

TEST_CASE("in a checkout of before, the present starter counts as what was copied", "[start]") {
    const ToyCheckout checkout;
    write_file(checkout.student_file(), "// mine\n");
    write_file(checkout.lab() / "echo_client.cpp", "// mine\n");
    CHECK_THAT(checkout.lab({"start", "1"}).output,
               ContainsSubstring("nothing was changed") && !ContainsSubstring("changed since"));
    change_starter(checkout);
    CHECK_THAT(checkout.lab({}).output, ContainsSubstring(notice));
}

TEST_CASE("start, reset and pack are for whole labs", "[start]") {
    const ToyCheckout checkout;
    const std::string verb = GENERATE("start", "reset", "pack");
    const auto outcome = checkout.lab({verb, "1.3"});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.output, ContainsSubstring("1.3 is a stage"));
}
