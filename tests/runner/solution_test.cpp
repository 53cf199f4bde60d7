// `lab solution`.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <sstream>

#include "answered.hpp"
#include "toy_checkout.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using runner_test::answered;
using runner_test::read_file;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

const fs::path source = LAB_SOURCE;

/// A checkout that has the answers.
class Answers : public ToyCheckout {
public:
    Answers() {
        fs::create_directories(folder().parent_path());
        fs::copy(source / "solutions" / "01-tcp-echo", folder(), fs::copy_options::recursive);
        fs::create_directories(root() / "common" / "cmake");
        fs::copy_file(source / "common" / "cmake" / "ApplyPatches.cmake",
                      root() / "common" / "cmake" / "ApplyPatches.cmake");
    }
    [[nodiscard]] fs::path folder() const { return root() / "solutions" / "01-tcp-echo"; }
};

/// The two parts of what is printed.
std::string step_in(const std::string& output) {
    return output.substr(0, output.find("Yours beside the reference"));
}
std::string beside_in(const std::string& output) {
    const auto at = output.find("Yours beside the reference");
    return at == std::string::npos ? "" : output.substr(at);
}

}  // namespace

TEST_CASE("the solution of a stage is what the reference does for it", "[solution]") {
    const Answers checkout;
    const auto outcome = checkout.lab({"solution", "1.3", "--yes"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output, StartsWith("1.3 Until the end: what the reference does\n"));
    CHECK_THAT(outcome.output,
               ContainsSubstring("--- echo_server.cpp, the reference after 1.2\n"
                                 "+++ echo_server.cpp, the reference after 1.3\n") &&
                   ContainsSubstring("\n-    TODO(\"echo-stream\", client);\n") &&
                   ContainsSubstring("\n+        if (n == 0) return;\n") &&
                   !ContainsSubstring("echo_client.cpp"));
    CHECK_THAT(outcome.output,
               ContainsSubstring("why    solutions/01-tcp-echo/README.md\n") &&
                   ContainsSubstring("whole  solutions/01-tcp-echo/echo_server.cpp\n"));
    CHECK(beside_in(outcome.output).empty());
    CHECK_THAT(checkout.lab({"solution", "1", "listen", "--yes"}).output,
               ContainsSubstring("--- echo_server.cpp, the starter\n"));
}

TEST_CASE("the student's file is set beside the reference after the stage", "[solution]") {
    const Answers checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    const auto outcome = checkout.lab({"solution", "1.2", "--yes"});
    CHECK(outcome.status == 0);
    CHECK_THAT(beside_in(outcome.output),
               ContainsSubstring("(- yours, + the reference)") &&
                   ContainsSubstring("--- echo_server.cpp, yours\n"
                                     "+++ echo_server.cpp, the reference after 1.2\n") &&
                   ContainsSubstring("\n-    TODO(\"listen\", options);\n") &&
                   ContainsSubstring("\n-    TODO(\"echo-once\", client);\n") &&
                   !ContainsSubstring("\n-    TODO(\"echo-stream\", client);\n"));
    CHECK_THAT(step_in(outcome.output), !ContainsSubstring("TODO(\"listen\""));
}

TEST_CASE("after the last stage the reference is the solution", "[solution]") {
    const Answers checkout;
    checkout.use_solution();
    CHECK_THAT(beside_in(checkout.lab({"solution", "1.8", "--yes"}).output),
               ContainsSubstring("echo_server.cpp: yours is the same\n") &&
                   ContainsSubstring("echo_client.cpp: yours is the same\n"));
}

TEST_CASE("blanks are no difference to the reference", "[solution]") {
    const Answers checkout;
    std::istringstream lines(read_file(checkout.folder() / "echo_server.cpp"));
    std::string text;
    for (std::string line; std::getline(lines, line);)
        text += (line.starts_with("    ") ? '\t' + line.substr(4) : line) + "  \n";
    write_file(checkout.student_file(), text);
    CHECK_THAT(beside_in(checkout.lab({"solution", "1.8", "--yes"}).output),
               ContainsSubstring("echo_server.cpp: yours is the same\n"));
}

TEST_CASE("a stage that is the end of another's name is not taken for it", "[solution]") {
    const Answers checkout;
    CHECK_THAT(checkout.lab({"solution", "client", "--yes"}).output,
               StartsWith("1.6 The other end") &&
                   ContainsSubstring("+++ echo_client.cpp, the reference after 1.6"));
}

TEST_CASE("the open stage is the one whose solution is shown", "[solution]") {
    const Answers checkout;
    write_file(checkout.progress_file(),
               R"({"version": 1, "labs": {"01-tcp-echo": {"listen":
                   {"passed": true, "verdict": "PASS", "when": "2030"}}}})");
    CHECK_THAT(checkout.lab({"solution", "--yes"}).output, StartsWith("1.2 Say it back"));
    CHECK_THAT(checkout.lab({"solution", "1", "--yes"}).output, StartsWith("1.2 Say it back"));
}

TEST_CASE("a part of the solution's text about the stage is pointed at", "[solution]") {
    const Answers checkout;
    write_file(checkout.folder() / "README.md", "# Why\n\n## echo-once\n\nBecause.\n");
    CHECK_THAT(checkout.lab({"solution", "1.2", "--yes"}).output,
               ContainsSubstring("why    solutions/01-tcp-echo/README.md#echo-once\n"));
}

TEST_CASE("solution asks first, and names the hints", "[solution]") {
    const Answers checkout;
    const auto no = answered(checkout, {"solution", "1.3"}, "n");
    CHECK(no.status == 1);
    CHECK_THAT(no.output, ContainsSubstring("try a hint first: ./lab hint 1.3") &&
                              ContainsSubstring("Show it? [y/N]") && !ContainsSubstring("+++"));
    const auto yes = answered(checkout, {"solution", "1.3"}, "y");
    CHECK(yes.status == 0);
    CHECK_THAT(yes.output, ContainsSubstring("if (n == 0) return;"));
}

TEST_CASE("where nobody can be asked, solution needs --yes", "[solution]") {
    const Answers checkout;
    const auto outcome = checkout.lab({"solution", "1.3"});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.output,
               ContainsSubstring("./lab solution 1.3 --yes") && !ContainsSubstring("+++"));
}

TEST_CASE("a checkout without answers says so", "[solution]") {
    const ToyCheckout checkout;
    const auto outcome = checkout.lab({"solution", "1.3"});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.output, ContainsSubstring("it came without the answers") &&
                                   ContainsSubstring("./lab hint 1.3"));
}

TEST_CASE("a stage without a step says so", "[solution]") {
    const Answers checkout;
    fs::remove(checkout.folder() / "steps" / "3-echo-stream.patch");
    const auto outcome = checkout.lab({"solution", "1.3", "--yes"});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.output, ContainsSubstring("The solution of 1.3 is not in this checkout"));
}

TEST_CASE("without patch, what the reference does is shown all the same", "[solution]") {
    const Answers checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    auto command = checkout.command({"solution", "1.3", "--yes"});
    command.environment["PATH"] = "/nowhere";
    const auto outcome = runner::run(command);
    CHECK_THAT(outcome.output, ContainsSubstring("if (n == 0) return;") &&
                                   ContainsSubstring("patch is missing here: sudo apt-get"));
}
