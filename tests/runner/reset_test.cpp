// `lab reset`: nothing that a student wrote is lost.

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "answered.hpp"
#include "toy_checkout.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Matches;
using nlohmann::json;
using runner_test::answered;
using runner_test::read_file;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

const json two_labs = {
    {"version", 1},
    {"labs",
     {{"01-tcp-echo",
       {{"listen",
         {{"passed", true}, {"passed_once", true}, {"verdict", "PASS"}, {"when", "2030"}}}}},
      {"02-other",
       {{"say",
         {{"passed", true}, {"passed_once", true}, {"verdict", "PASS"}, {"when", "2030"}}}}}}}};

/// Lab 01 begun: two programs, a header, a folder, and some progress.
void begin(const ToyCheckout& checkout) {
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    write_file(checkout.student_file(), "// my server\n");
    write_file(checkout.lab() / "help.hpp", "// my header\n");
    write_file(checkout.lab() / "notes" / "deep" / "plan.txt", "my plan\n");
    write_file(checkout.progress_file(), two_labs.dump());
}

/// The folders with what was kept.
std::vector<fs::path> kept(const ToyCheckout& checkout) {
    std::vector<fs::path> folders;
    const fs::path all = checkout.root() / ".lab" / "kept";
    if (!fs::exists(all)) return folders;
    for (const auto& entry : fs::directory_iterator(all)) {
        if (entry.is_directory()) folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

/// The points that were kept with a folder.
json points_of(const fs::path& kept) { return json::parse(read_file(kept.string() + ".json")); }

/// Every file in a folder, relative to it, with its text.
std::map<fs::path, std::string> texts_in(const fs::path& folder) {
    std::map<fs::path, std::string> texts;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file())
            texts[entry.path().lexically_relative(folder)] = read_file(entry.path());
    }
    return texts;
}

std::string starter(const ToyCheckout& checkout, const std::string& name) {
    return read_file(checkout.lab() / "starter" / name);
}

bool is_untouched(const ToyCheckout& checkout) {
    return read_file(checkout.student_file()) == "// my server\n" && kept(checkout).empty() &&
           json::parse(read_file(checkout.progress_file())) == two_labs;
}

}  // namespace

TEST_CASE("reset keeps everything in a dated copy, and begins anew", "[reset]") {
    const ToyCheckout checkout;
    begin(checkout);
    const std::string client = read_file(checkout.lab() / "echo_client.cpp");
    const auto outcome = checkout.lab({"reset", "1", "--yes"});
    CHECK(outcome.status == 0);

    REQUIRE(kept(checkout).size() == 1);
    const fs::path copy = kept(checkout).front();
    CHECK_THAT(copy.filename().string(), Matches("01-tcp-echo-[0-9]{8}-[0-9]{6}"));
    CHECK(read_file(copy / "echo_server.cpp") == "// my server\n");
    CHECK(read_file(copy / "echo_client.cpp") == client);
    CHECK(read_file(copy / "help.hpp") == "// my header\n");
    CHECK(read_file(copy / "notes" / "deep" / "plan.txt") == "my plan\n");
    CHECK(points_of(copy) ==
          json{{"version", 1}, {"labs", {{"01-tcp-echo", two_labs["labs"]["01-tcp-echo"]}}}});
    CHECK_FALSE(fs::exists(copy / "README.md"));
    CHECK_FALSE(fs::exists(copy / "starter"));

    CHECK(read_file(checkout.student_file()) == starter(checkout, "echo_server.cpp"));
    CHECK(read_file(checkout.lab() / "echo_client.cpp") == starter(checkout, "echo_client.cpp"));
    CHECK_FALSE(fs::exists(checkout.lab() / "help.hpp"));
    CHECK_FALSE(fs::exists(checkout.lab() / "notes"));
    CHECK(fs::exists(checkout.lab() / "tests"));
    CHECK(json::parse(read_file(checkout.progress_file()))["labs"] ==
          json{{"02-other", two_labs["labs"]["02-other"]}});
    CHECK_FALSE(fs::exists(checkout.root() / ".lab" / "tmp"));
    CHECK_THAT(outcome.output, ContainsSubstring("your 4 files are in") &&
                                   ContainsSubstring(copy.filename().string()));
}

TEST_CASE("what reset says brings the files back", "[reset]") {
    const ToyCheckout checkout;
    begin(checkout);
    const auto before = texts_in(checkout.lab());
    const auto outcome = checkout.lab({"reset", "1", "--yes"});
    const auto at = outcome.output.find("cp -r ");
    REQUIRE(at != std::string::npos);
    const std::string line = outcome.output.substr(at, outcome.output.find('\n', at) - at);
    REQUIRE(runner::run({.words = {"sh", "-c", line}, .folder = checkout.root()}).status == 0);
    CHECK(texts_in(checkout.lab()) == before);
}

TEST_CASE("two resets within a second have a copy each", "[reset]") {
    const ToyCheckout checkout;
    for (const char* text : {"// one\n", "// two\n", "// three\n"}) {
        write_file(checkout.student_file(), text);
        REQUIRE(checkout.lab({"reset", "1", "--yes"}).status == 0);
    }
    std::multiset<std::string> texts;
    for (const fs::path& copy : kept(checkout)) texts.insert(read_file(copy / "echo_server.cpp"));
    CHECK(texts == std::multiset<std::string>{"// one\n", "// two\n", "// three\n"});
}

TEST_CASE("reset asks first", "[reset]") {
    const ToyCheckout checkout;
    begin(checkout);
    const auto no = answered(checkout, {"reset", "1"}, GENERATE("n", "", "ja", "nyes"));
    CHECK(no.status == 1);
    CHECK_THAT(no.output,
               ContainsSubstring("reset lab 01? your 4 files are kept in .lab/kept [y/N] ") &&
                   ContainsSubstring("nothing was changed"));
    CHECK(is_untouched(checkout));

    CHECK(answered(checkout, {"reset", "1"}, GENERATE("y", "yes")).status == 0);
    CHECK(kept(checkout).size() == 1);
}

TEST_CASE("where nobody can be asked, reset needs --yes", "[reset]") {
    const ToyCheckout checkout;
    begin(checkout);
    const auto outcome = checkout.lab({"reset", "1"});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.output, ContainsSubstring("./lab reset 01 --yes"));
    CHECK(is_untouched(checkout));
}

TEST_CASE("with nothing to reset nothing is changed", "[reset]") {
    const ToyCheckout checkout;
    SECTION("not started") {
        const auto outcome = checkout.lab({"reset", "1"});
        CHECK(outcome.status == 0);
        CHECK_THAT(outcome.output, ContainsSubstring("it has not been started"));
        CHECK_FALSE(fs::exists(checkout.student_file()));
    }
    SECTION("the starter as it was copied") {
        REQUIRE(checkout.lab({"start", "1"}).status == 0);
        const auto outcome = checkout.lab({"reset", "1"});
        CHECK(outcome.status == 0);
        CHECK_THAT(outcome.output, ContainsSubstring("your files are those of the starter"));
    }
    CHECK(kept(checkout).empty());
}

TEST_CASE("points without files can be reset", "[reset]") {
    const ToyCheckout checkout;
    REQUIRE(checkout.lab({"start", "1"}).status == 0);
    write_file(checkout.progress_file(), two_labs.dump());
    CHECK(checkout.lab({"reset", "1", "--yes"}).status == 0);
    CHECK_THAT(checkout.lab({}).output, ContainsSubstring("0 of 100 points"));
}

TEST_CASE("a link is kept as a link, and a named pipe stays", "[reset]") {
    const ToyCheckout checkout;
    begin(checkout);
    fs::create_symlink("help.hpp", checkout.lab() / "link.hpp");
    REQUIRE(::mkfifo((checkout.lab() / "pipe").c_str(), 0600) == 0);
    const auto outcome = checkout.lab({"reset", "1", "--yes"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.output, ContainsSubstring("stays  labs/01-tcp-echo/pipe"));
    CHECK(fs::is_fifo(checkout.lab() / "pipe"));
    const fs::path link = kept(checkout).front() / "link.hpp";
    REQUIRE(fs::is_symlink(link));
    CHECK(fs::read_symlink(link) == "help.hpp");
}

TEST_CASE("points that were kept are not written over, even where their folder is gone",
          "[reset]") {
    const ToyCheckout checkout;
    std::size_t points = 0;
    for (int i = 0; i < 3; ++i) {
        begin(checkout);
        REQUIRE(checkout.lab({"reset", "1", "--yes"}).status == 0);
        fs::remove_all(kept(checkout).front());
    }
    for (const auto& entry : fs::directory_iterator(checkout.root() / ".lab" / "kept"))
        points += json::parse(read_file(entry.path())).contains("labs") ? 1 : 0;
    CHECK(points == 3);
}

TEST_CASE("without room for a copy nothing is changed", "[reset]") {
    const ToyCheckout checkout;
    begin(checkout);
    write_file(checkout.lab() / "large.txt", std::string(100000, 'x'));
    auto command = checkout.command({"reset", "1", "--yes"});
    command.words.insert(command.words.begin(),
                         {"sh", "-c", R"(trap '' XFSZ; ulimit -f 64; exec "$@")", "sh"});
    const auto outcome = runner::run(command);
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.output, ContainsSubstring("large.txt"));
    CHECK(is_untouched(checkout));
    CHECK_FALSE(fs::exists(checkout.root() / ".lab" / "tmp"));
}

TEST_CASE("after a reset the present starter is the one that was copied", "[reset]") {
    const ToyCheckout checkout;
    begin(checkout);
    const fs::path file = checkout.lab() / "starter" / "echo_server.cpp";
    write_file(file, "// new\n" + read_file(file));
    REQUIRE_THAT(checkout.lab({}).output, ContainsSubstring("has changed since"));
    REQUIRE(checkout.lab({"reset", "1", "--yes"}).status == 0);
    CHECK_THAT(checkout.lab({}).output, !ContainsSubstring("has changed since"));
}
