#include "runner/course/course.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include "temp_dir.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using Json = nlohmann::ordered_json;

namespace {

/// A lab.json with nothing wrong in it.
Json manifest() {
    return Json::parse(R"({ "id": "02-udp-ping", "title": "UDP ping", "port": 5051,
      "programs": { "server": "server.cpp", "client": "client.cpp" },
      "stages": [
        { "id": "datagram", "title": "One", "points": 40, "minutes": 20, "program": "server",
          "concepts": ["datagrams"], "timeout_s": 7 },
        { "id": "probe", "title": "Two", "points": 60, "minutes": 30, "program": "client",
          "concepts": [] } ] })");
}

/// A course with one lab, which a test spoils.
class ToyCourse {
public:
    ToyCourse() { add("02-udp-ping", manifest().dump(2)); }

    [[nodiscard]] std::filesystem::path labs() const { return dir_.path() / "labs"; }
    [[nodiscard]] std::filesystem::path lab() const { return labs() / "02-udp-ping"; }
    [[nodiscard]] runner::Course load() const { return runner::load_course(dir_.path()); }

    void add(const std::string& folder, const std::string& json) const {
        runner_test::write_file(labs() / folder / "lab.json", json);
        for (const char* file :
             {"starter/server.cpp", "starter/client.cpp", "tests/lab_test.cpp"}) {
            runner_test::write_file(labs() / folder / file, "");
        }
    }
    void write(const std::string& json) const { runner_test::write_file(lab() / "lab.json", json); }

    /// Why the only lab is refused, or "".
    [[nodiscard]] std::string why() const {
        const auto course = load();
        REQUIRE(course.labs.size() + course.broken.size() == 1);
        return course.broken.empty() ? "" : course.broken.front().why;
    }

    /// The same for a manifest changed by a merge patch (RFC 7396; null takes a key out).
    [[nodiscard]] std::string why_with(const char* patch) const {
        auto json = manifest();
        json.merge_patch(Json::parse(patch));
        write(json.dump(2));
        return why();
    }
    [[nodiscard]] std::string why_with_probe(const char* patch) const {
        auto json = manifest();
        json["stages"][1].merge_patch(Json::parse(patch));
        write(json.dump(2));
        return why();
    }

private:
    runner_test::TempDir dir_;
};

const std::string json_file = "labs/02-udp-ping/lab.json: ";

}  // namespace

TEST_CASE("a lab has everything that its lab.json says", "[course]") {
    const ToyCourse toy;
    const auto course = toy.load();
    REQUIRE(course.broken.empty());
    REQUIRE(course.labs.size() == 1);
    const auto& lab = course.labs[0];

    CHECK(lab.id == "02-udp-ping");
    CHECK(lab.number() == 2);
    CHECK(lab.title == "UDP ping");
    CHECK(lab.port == 5051);
    CHECK_FALSE(lab.draft);
    CHECK(lab.folder == toy.lab());

    SECTION("its programs in the file's order") {
        REQUIRE(lab.programs.size() == 2);
        CHECK(lab.programs[0].name == "server");
        CHECK(lab.programs[1].main_file == "client.cpp");
    }
    SECTION("its stages in the file's order") {
        REQUIRE(lab.stages.size() == 2);
        CHECK(lab.stages[0].id == "datagram");
        CHECK(lab.stages[0].title == "One");
        CHECK(lab.stages[0].points == 40);
        CHECK(lab.stages[0].minutes == 20);
        CHECK(lab.stages[0].concepts == std::vector<std::string>{"datagrams"});
        CHECK(lab.stages[0].timeout == std::chrono::seconds(7));
        CHECK(lab.stages[1].program == "client");
        CHECK(lab.stages[1].timeout == std::chrono::seconds(20));
    }
}

TEST_CASE("labs and broken labs are sorted by their names", "[course]") {
    const ToyCourse toy;
    for (const char* id : {"10-ten", "01-one", "09-nine"}) {
        auto json = manifest();
        json["id"] = id;
        toy.add(id, json.dump());
    }
    for (const char* id : {"11-bad", "03-bad", "05-bad"}) toy.add(id, "{}");
    const auto course = toy.load();

    REQUIRE(course.labs.size() == 4);
    CHECK(course.labs[0].id == "01-one");
    CHECK(course.labs[1].id == "02-udp-ping");
    CHECK(course.labs[3].id == "10-ten");
    REQUIRE(course.broken.size() == 3);
    CHECK(course.broken[0].folder == toy.labs() / "03-bad");
    CHECK(course.broken[2].folder == toy.labs() / "11-bad");
}

TEST_CASE("of two labs with one number the second is refused", "[course]") {
    const ToyCourse toy;
    auto json = manifest();
    json["id"] = "02-udp-pong";
    toy.add("02-udp-pong", json.dump());
    const auto course = toy.load();
    REQUIRE(course.labs.size() == 1);
    REQUIRE(course.broken.size() == 1);
    CHECK(course.broken[0].why ==
          "labs/02-udp-pong: lab 2 is labs/02-udp-ping already; give one of them another number");
}

TEST_CASE("a course without a labs folder is an error that names the folder", "[course]") {
    const runner_test::TempDir empty;
    CHECK_THROWS_WITH(runner::load_course(empty.path()),
                      "list " + (empty.path() / "labs").string() + ": No such file or directory");
}

TEST_CASE("a file or a hidden folder in labs is no lab", "[course]") {
    const ToyCourse toy;
    runner_test::write_file(toy.labs() / "README.md", "about the labs");
    runner_test::write_file(toy.labs() / ".cache" / "x", "");
    CHECK(toy.why().empty());
}

TEST_CASE("a broken syntax is told with its line and column", "[course]") {
    const ToyCourse toy;
    const auto why = [&](const char* json) {
        toy.write(json);
        return toy.why();
    };
    SECTION("a comma that is missing between two keys: where the second begins") {
        CHECK_THAT(why("{\n  \"id\": \"x\"\n  \"a\\\"b\": 1\n}"),
                   StartsWith(json_file + "line 3, column 3: expected ',' or '}' after a value"));
    }
    SECTION("a comma that is missing in a list") {
        CHECK_THAT(why("{ \"a\": [1 22] }"),
                   StartsWith(json_file + "line 1, column 11: expected ',' or ']' after a value"));
    }
    SECTION("a comma too many in an object") {
        CHECK_THAT(why("{\n  \"id\": 1,\n}"),
                   StartsWith(json_file + "line 3, column 1: expected a key in double quotes"));
    }
    SECTION("a comma too many in a list") {
        CHECK_THAT(why("{ \"a\": [1,] }"),
                   StartsWith(json_file + "line 1, column 11: expected a value"));
    }
    SECTION("a colon that is missing, counted in letters and not in bytes") {
        CHECK_THAT(why("{ \"\xc3\xa4\" 1 }"),
                   StartsWith(json_file + "line 1, column 7: expected ':' after a key"));
    }
    SECTION("a comment") {
        CHECK_THAT(why("{\n  \"a\": // one\n 1 }"), StartsWith(json_file + "line 2, column 8: ") &&
                                                        ContainsSubstring("JSON has no comments"));
    }
    SECTION("a file that ends too early") {
        CHECK_THAT(why("{\n  \"a\": 1"),
                   StartsWith(json_file + "line 2, column 9: the file ends too early"));
    }
    SECTION("an empty file") {
        CHECK_THAT(why(""), StartsWith(json_file + "line 1, column 1: the file ends too early"));
    }
    SECTION("something after the end") {
        CHECK_THAT(why("{}\n]"), StartsWith(json_file + "line 2, column 1: nothing may follow"));
    }
    SECTION("a quote that is not closed on its line") {
        CHECK_THAT(why("{\n  \"a: 1\n}"), StartsWith(json_file + "line 2, column 8: ") &&
                                              ContainsSubstring("must be escaped"));
    }
    SECTION("a number that no computer holds") {
        CHECK_THAT(why("{ \"a\": 1e999 }"), ContainsSubstring("1e999"));
    }
}

TEST_CASE("a key that stands twice in one object is refused, with the second's place", "[course]") {
    const ToyCourse toy;
    toy.write("{\n  \"id\": \"x\",\n  \"b\": { \"id\": 2 },\n  \"id\": \"y\"\n}");
    CHECK(toy.why() == json_file + "line 4, column 3: the key \"id\" stands twice in one object");
}

TEST_CASE("a key of lab.json that is missing is named", "[course]") {
    const ToyCourse toy;
    const std::string key = GENERATE("id", "title", "port", "programs", "stages");
    const auto patch = "{\"" + key + "\": null}";
    CHECK_THAT(toy.why_with(patch.c_str()),
               StartsWith(json_file + "\"" + key + "\" is missing: it is"));
}

TEST_CASE("a stage's key that is missing is named, with the stage", "[course]") {
    const ToyCourse toy;
    const std::string key = GENERATE("title", "points", "minutes", "program", "concepts");
    const auto patch = "{\"" + key + "\": null}";
    CHECK_THAT(toy.why_with_probe(patch.c_str()),
               StartsWith(json_file + "stage \"probe\": \"" + key + "\" is missing"));
    CHECK_THAT(toy.why_with_probe(R"({"id": null})"),
               StartsWith(json_file + "stage 2 of the list: \"id\" is missing"));
}

TEST_CASE("a value of the wrong type is shown beside what is wanted", "[course]") {
    const ToyCourse toy;
    CHECK(toy.why_with(R"({"port": "5051"})") ==
          json_file + "\"port\" must be a whole number from 1024 to 65535, but it is \"5051\"");
    CHECK_THAT(toy.why_with(R"({"port": 5051.0})"), ContainsSubstring("but it is 5051.0"));
    CHECK_THAT(toy.why_with(R"({"title": ""})"), ContainsSubstring("\"title\" must be a text"));
    CHECK_THAT(toy.why_with(R"({"title": 7})"), ContainsSubstring("but it is 7"));
    CHECK_THAT(toy.why_with(R"({"draft": 1})"), ContainsSubstring("must be true or false"));
    CHECK_THAT(toy.why_with(R"({"programs": []})"), ContainsSubstring("must be an object"));
    CHECK_THAT(toy.why_with(R"({"stages": {"x": 1}})"), ContainsSubstring("must be a list"));
    CHECK_THAT(toy.why_with(R"({"stages": [3]})"),
               ContainsSubstring("stage 1 of the list: must be"));
    CHECK_THAT(toy.why_with_probe(R"({"concepts": "x"})"), ContainsSubstring("must be a list"));
    CHECK_THAT(toy.why_with_probe(R"({"concepts": ["a b"]})"), ContainsSubstring("holds \"a b\""));
}

TEST_CASE("a number out of range is refused, and its ends are taken", "[course]") {
    const ToyCourse toy;
    const auto* bad_port =
        GENERATE("-1", "0", "1023", "65536", "4294972347", "18446744073709551615");
    CHECK_THAT(toy.why_with(("{\"port\": " + std::string(bad_port) + "}").c_str()),
               ContainsSubstring("from 1024 to 65535"));
    CHECK(toy.why_with(R"({"port": 65535})").empty());
    CHECK(toy.why_with(R"({"port": 1024})").empty());
    CHECK_THAT(toy.why_with_probe(R"({"points": -1})"),
               StartsWith(json_file + "stage \"probe\": \"points\" must be a whole number from 0"));
    CHECK_THAT(toy.why_with_probe(R"({"timeout_s": 0})"),
               ContainsSubstring("\"timeout_s\" must be"));
    CHECK_THAT(toy.why_with_probe(R"({"minutes": -5})"), ContainsSubstring("\"minutes\" must be"));
}

TEST_CASE("an unknown key is refused beside the known ones", "[course]") {
    const ToyCourse toy;
    CHECK(toy.why_with(R"({"titel": "x"})") ==
          json_file +
              "unknown key \"titel\"; known are id, title, port, draft, programs, peers, stages");
    CHECK_THAT(toy.why_with_probe(R"({"timeout": 3})"),
               StartsWith(json_file + "stage \"probe\": unknown key \"timeout\"; known are id,") &&
                   ContainsSubstring("timeout_s"));
    CHECK_THAT(toy.why_with(R"({"\u001b[2J": 1})"), !ContainsSubstring("\x1b"));
}

TEST_CASE("the id is the folder's name", "[course]") {
    const ToyCourse toy;
    CHECK(toy.why_with(R"({"id": "02-udp-pong"})") ==
          json_file +
              "\"id\" is \"02-udp-pong\", but the folder is \"02-udp-ping\"; they must be "
              "the same");
}

TEST_CASE("a folder that is not named like a lab is refused by its name", "[course]") {
    const ToyCourse toy;
    const std::string name =
        GENERATE("2-udp-ping", "udp-ping", "02_udp", "02-", "00-zero", "02-Udp", "02-udp--ping",
                 "02-udp-ping-", "02-2d", "02 udp", "002-udp");
    std::filesystem::rename(toy.lab(), toy.labs() / name);
    CHECK_THAT(toy.why(), StartsWith("labs/") && ContainsSubstring(name) &&
                              ContainsSubstring("two digits (01 to 99)"));
}

TEST_CASE("a folder without lab.json is half-made, and the others stay", "[course]") {
    const ToyCourse toy;
    SECTION("no file") { std::filesystem::create_directory(toy.labs() / "03-chat"); }
    SECTION("a folder of that name") {
        std::filesystem::create_directories(toy.labs() / "03-chat" / "lab.json");
    }
    const auto course = toy.load();
    CHECK(course.labs.size() == 1);
    REQUIRE(course.broken.size() == 1);
    CHECK_THAT(course.broken[0].why,
               StartsWith("labs/03-chat has no lab.json, so it is half-made"));
}

TEST_CASE("a stage's id is words", "[course]") {
    const ToyCourse toy;
    const std::string id = GENERATE("Probe", "two words", "3", "a_b", "-a", "a-", "a--b", "1st");
    const auto why = toy.why_with_probe((R"({"id": ")" + id + R"("})").c_str());
    CHECK_THAT(why, StartsWith(json_file + "stage \"" + id + "\": an id is lower-case words"));
    CHECK(toy.why_with_probe(R"({"id": "ipv6-2-names"})").empty());
}

TEST_CASE("two stages of one id are refused", "[course]") {
    const ToyCourse toy;
    CHECK(toy.why_with_probe(R"({"id": "datagram"})") ==
          json_file + "two stages have the id \"datagram\"; rename one");
}

TEST_CASE("a stage's program is one of the lab's", "[course]") {
    const ToyCourse toy;
    CHECK(toy.why_with_probe(R"({"program": "pinger"})") ==
          json_file +
              "stage \"probe\": \"program\" is \"pinger\", which is not in \"programs\"; "
              "known there are server, client");
}

TEST_CASE("a main file is a plain .cpp name of its own", "[course]") {
    const ToyCourse toy;
    const std::string file = GENERATE("../server.cpp", "src/server.cpp", "server.c", ".cpp",
                                      "server", "/server.cpp", "ser ver.cpp", "server.cpp\\u0000");
    CHECK_THAT(toy.why_with((R"({"programs": {"server": ")" + file + "\"}}").c_str()),
               StartsWith(json_file + "program \"server\": its main file must be a plain name"));
    CHECK_THAT(toy.why_with(R"({"programs": {"server": 5}})"), ContainsSubstring("but it is 5"));
    CHECK_THAT(toy.why_with(R"({"programs": {"client": "server.cpp"}})"),
               ContainsSubstring("have the same main file, \"server.cpp\""));
    CHECK_THAT(toy.why_with(R"({"programs": {"a/b": "b.cpp"}})"),
               ContainsSubstring("program \"a/b\": a name is letters"));
}

TEST_CASE("a lab has programs and stages, a draft too", "[course]") {
    const ToyCourse toy;
    CHECK_THAT(toy.why_with(R"({"draft": true, "stages": []})"),
               StartsWith(json_file + "\"stages\" is empty"));
    CHECK_THAT(toy.why_with(R"({"programs": {"server": null, "client": null}})"),
               StartsWith(json_file + "\"programs\" is empty"));
}

TEST_CASE("points add to 100, and in a draft to no more", "[course]") {
    const ToyCourse toy;
    CHECK_THAT(toy.why_with_probe(R"({"points": 59})"),
               StartsWith(json_file + "the stages' points add to 99, not to 100"));
    CHECK_THAT(toy.why_with_probe(R"({"points": 61})"),
               ContainsSubstring("add to 101, not to 100"));

    auto draft = manifest();
    draft["draft"] = true;
    for (const int points : {0, 59, 60, 61}) {
        draft["stages"][1]["points"] = points;
        toy.write(draft.dump());
        CHECK(toy.why().empty() == (points <= 60));
    }
    CHECK_THAT(toy.why(), ContainsSubstring("add to 101, but a draft has at most 100"));
}

TEST_CASE("each program has a starter, and the lab has tests", "[course]") {
    const ToyCourse toy;
    SECTION("a main file is missing in the starter") {
        std::filesystem::remove(toy.lab() / "starter" / "client.cpp");
        CHECK_THAT(toy.why(), StartsWith("labs/02-udp-ping/starter/client.cpp is missing"));
    }
    SECTION("there is no starter") {
        std::filesystem::remove_all(toy.lab() / "starter");
        CHECK_THAT(toy.why(), StartsWith("labs/02-udp-ping/starter/server.cpp is missing"));
    }
    SECTION("the tests are only planned") {
        std::filesystem::rename(toy.lab() / "tests" / "lab_test.cpp",
                                toy.lab() / "tests" / "plan.md");
        CHECK_THAT(toy.why(), StartsWith("labs/02-udp-ping/tests has no .cpp file"));
    }
    SECTION("there is no folder of tests") {
        std::filesystem::remove_all(toy.lab() / "tests");
        CHECK_THAT(toy.why(), StartsWith("labs/02-udp-ping/tests has no .cpp file"));
    }
}
