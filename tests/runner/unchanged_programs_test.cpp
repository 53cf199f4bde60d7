// Which stages `lab verify` runs of a wrong submission: not those whose programs it leaves as they
// are in the solution.

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "runner/machine/subprocess.hpp"
#include "runner/verify/wrong_submission.hpp"
#include "temp_dir.hpp"

using namespace runner;
using runner_test::TempDir;
using runner_test::write_file;

namespace {

const Lab lab{.id = "01-x", .stages = {{.id = "serve"}, {.id = "ask"}, {.id = "both"}}};

TestReport started(const std::set<std::string>& programs) {
    return {.records = {{.test = "t", .verdict = "PASS", .programs = programs}}};
}

/// The stages that are run of a submission which changes one program and fails the last stage.
std::string stages_with(const std::string& changed, const LabProof& proof) {
    const TempDir built;
    write_file(built.path() / changed, "");
    std::string ids;
    for (const Stage* stage :
         stages_to_run(lab, {.name = "w", .stage = "both"}, built.path(), proof))
        ids += stage->id + ' ';
    return ids;
}

}  // namespace

TEST_CASE("a wrong submission runs the stages that start what it changes, and its own",
          "[verify]") {
    LabProof proof;
    proof.add_passed("serve", started({"server"}));
    proof.add_passed("ask", started({"client"}));
    proof.add_passed("both", started({"server", "client"}));
    CHECK(stages_with("server", proof) == "serve both ");
    CHECK(stages_with("client", proof) == "ask both ");

    // A test that starts a second program does it on some run or other.
    proof.add_passed("ask", started({"client", "server"}));
    CHECK(stages_with("server", proof) == "serve ask both ");
}

TEST_CASE("a wrong submission runs every stage of which nothing is known", "[verify]") {
    LabProof proof;
    CHECK(stages_with("client", proof) == "serve ask both ");
    proof.add_passed("serve", started({"server"}));
    CHECK(stages_with("client", proof) == "ask both ");
    proof.add_passed("ask", started({}));
    CHECK(stages_with("server", proof) == "serve ask both ");
}

TEST_CASE("a submission for a stage that there is not is refused", "[verify]") {
    const WrongSubmission lost{.name = "w", .stage = "nowhere"};
    CHECK_THROWS_AS(stages_to_run(lab, lost, "/", LabProof()), std::runtime_error);
}

TEST_CASE("a test that passes tells which programs it has started", "[verify]") {
    const TempDir folder;
    write_file(folder.path() / "greet", "#!/bin/sh\necho hello\n");
    std::filesystem::permissions(folder.path() / "greet", std::filesystem::perms::owner_all);
    const auto report = folder.path() / "report";
    const Outcome outcome = run({.words = {LAB_BUILD "/toys/toy_tests", "[hello]"},
                                 .environment = {{"LAB_REPORT", report.string()},
                                                 {"LAB_PROGRAMS", folder.path().string()}}});
    INFO(outcome.output);
    REQUIRE(outcome.status == 0);
    std::istringstream lines(runner_test::read_file(report));
    std::size_t tests = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto record = nlohmann::json::parse(line);
        if (record.contains("end")) continue;
        ++tests;
        CHECK(record.at("programs") == nlohmann::json{"greet"});
    }
    CHECK(tests == 2);
}
