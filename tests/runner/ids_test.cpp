#include "runner/course/ids.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <vector>

#include "runner/wrong_use.hpp"

using Catch::Matchers::ContainsSubstring;
using Words = std::vector<std::string>;

namespace {

runner::Lab lab(const std::string& id, const Words& stages) {
    runner::Lab lab;
    lab.id = id;
    for (const auto& stage : stages) lab.stages.emplace_back().id = stage;
    return lab;
}

runner::Course course() {
    runner::Course course;
    course.labs = {lab("01-tcp-echo", {"listen", "echo-once", "echo-stream"}),
                   lab("03-two-way-chat", {"connect", "say", "names", "listen"}),
                   lab("12-names", {"lookup"})};
    course.broken = {{"labs/02-udp-ping", "labs/02-udp-ping/lab.json: line 7, column 3: no"}};
    return course;
}

/// "01-tcp-echo" or "01-tcp-echo:2", the stage's index.
std::string selected(const Words& words) {
    const auto known = course();
    const auto selection = runner::select(known, words);
    REQUIRE(selection.lab != nullptr);
    if (!selection.stage) return selection.lab->id;
    return selection.lab->id + ":" + std::to_string(*selection.stage);
}

std::string refusal(const Words& words) {
    try {
        return "selected " + selected(words);
    } catch (const runner::WrongUse& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("a lab is named by its number, its id, or its words", "[ids]") {
    for (const char* word : {"1", "01", "01-tcp-echo", "tcp-echo"}) {
        CHECK(selected({word}) == "01-tcp-echo");
    }
    CHECK(selected({"12"}) == "12-names");
}

TEST_CASE("a stage is named with its lab, by number or by id", "[ids]") {
    CHECK(selected({"1.3"}) == "01-tcp-echo:2");
    CHECK(selected({"01.1"}) == "01-tcp-echo:0");
    CHECK(selected({"1.echo-once"}) == "01-tcp-echo:1");
    CHECK(selected({"tcp-echo.2"}) == "01-tcp-echo:1");
    CHECK(selected({"01", "echo-stream"}) == "01-tcp-echo:2");
    CHECK(selected({"1", "3"}) == "01-tcp-echo:2");
    CHECK(selected({"two-way-chat", "listen"}) == "03-two-way-chat:3");
}

TEST_CASE("a stage that only one lab has needs no lab", "[ids]") {
    CHECK(selected({"echo-stream"}) == "01-tcp-echo:2");
    CHECK(selected({"say"}) == "03-two-way-chat:1");
}

TEST_CASE("a stage that several labs have is refused with the candidates", "[ids]") {
    CHECK(refusal({"listen"}) ==
          "several labs have a stage \"listen\"; type one of 01-tcp-echo.listen, "
          "03-two-way-chat.listen");
}

TEST_CASE("a word that names a lab and a stage means the lab", "[ids]") {
    CHECK(selected({"names"}) == "12-names");
    CHECK(selected({"3.names"}) == "03-two-way-chat:2");
}

TEST_CASE("an abbreviation of two labs is refused, a whole id is not", "[ids]") {
    auto known = course();
    known.labs.push_back(lab("03-names", {"x"}));
    CHECK_THROWS_WITH(runner::select(known, Words{"3"}),
                      "\"3\" may be any of 03-two-way-chat, 03-names; type one of them");
    CHECK_THROWS_AS(runner::select(known, Words{"names"}), runner::WrongUse);
    CHECK(runner::select(known, Words{"03-names"}).lab == &known.labs.back());
}

TEST_CASE("a typo is answered with the nearest id", "[ids]") {
    SECTION("of a lab") {
        CHECK(refusal({"tcp-ehco"}) ==
              "there is no lab or stage \"tcp-ehco\". Did you mean tcp-echo? "
              "Labs: 01-tcp-echo, 03-two-way-chat, 12-names.");
        CHECK_THAT(refusal({"01-tcp-eco"}), ContainsSubstring("Did you mean 01-tcp-echo?"));
        CHECK_THAT(refusal({"01-tcp-eco", "listen"}),
                   ContainsSubstring("there is no lab \"01-tcp-eco\". Did you mean 01-tcp-echo?"));
    }
    SECTION("of a stage") {
        CHECK_THAT(refusal({"ecko-stream"}), ContainsSubstring("Did you mean echo-stream?"));
        CHECK(refusal({"1.lisetn"}) ==
              "lab 01-tcp-echo has no stage \"lisetn\". Did you mean listen? "
              "Stages: 1 listen, 2 echo-once, 3 echo-stream.");
        CHECK_THAT(refusal({"3", "asy"}), ContainsSubstring("Did you mean say?"));
    }
    SECTION("but not with one that is far") {
        CHECK_THAT(refusal({"hello"}), !ContainsSubstring("Did you mean"));
        CHECK_THAT(refusal({"xyz"}), !ContainsSubstring("Did you mean"));
        CHECK_THAT(refusal({std::string(100'000, 'e')}), !ContainsSubstring("Did you mean"));
    }
}

TEST_CASE("a stage number is counted from 1 and ends with the last stage", "[ids]") {
    const std::string number = GENERATE("0", "4", "-1", "1x", "", "99999999999999999999", "1.2");
    CHECK_THAT(refusal({"1." + number}), ContainsSubstring("Stages: 1 listen, 2 echo-once"));
    CHECK_THAT(refusal({"1", number}), ContainsSubstring("lab 01-tcp-echo has no stage"));
}

TEST_CASE("a number that no lab has is refused with the labs", "[ids]") {
    const std::string number = GENERATE("0", "4", "-1", "+1", " 1", "", "4294967297");
    CHECK_THAT(refusal({number}), ContainsSubstring("there is no lab or stage") &&
                                      ContainsSubstring("Labs: 01-tcp-echo"));
    CHECK_THAT(refusal({number + ".1"}), ContainsSubstring("there is no lab "));
}

TEST_CASE("a broken lab is refused with what is wrong with it", "[ids]") {
    const std::string word = GENERATE("2", "02-udp-ping", "udp-ping", "2.1");
    CHECK(refusal({word}) ==
          "this lab cannot be used: labs/02-udp-ping/lab.json: line 7, column 3: no");
}

TEST_CASE("no word and three words are wrong use", "[ids]") {
    CHECK_THAT(refusal({}), ContainsSubstring("name a lab"));
    CHECK_THAT(refusal({"1", "2", "3"}), ContainsSubstring("name a lab"));
}

TEST_CASE("a course without labs says so", "[ids]") {
    const runner::Course empty;
    CHECK_THROWS_WITH(runner::select(empty, Words{"1"}),
                      "there is no lab or stage \"1\". No lab is fit for use.");
}

TEST_CASE("what was typed cannot move the terminal's cursor", "[ids]") {
    CHECK_THAT(refusal({"\x1b[2J\xff"}), !ContainsSubstring("\x1b") && !ContainsSubstring("\xff"));
}
