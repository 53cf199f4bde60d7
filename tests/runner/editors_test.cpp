// What editors and the dev container are told about the course is true.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "toy_checkout.hpp"

using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using runner_test::read_file;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

const fs::path source = LAB_SOURCE;

/// All of these may have comments.
json read_json(const fs::path& file) {
    return json::parse(read_file(source / file), nullptr, true, true);
}

json tasks() { return read_json(".vscode/tasks.json").at("tasks"); }

/// What is known by `lab VERB --help`; an empty text if there is no such verb.
std::string help_of(const std::string& verb) {
    runner::Command command{.words = {LAB_BUILD "/lab"}};
    if (!verb.empty()) command.words.push_back(verb);
    command.words.emplace_back("--help");
    const auto outcome = runner::run(command);
    // Asked about a verb that it does not know, it tells its own usage.
    const std::regex usage("Usage: (\\./lab ?)" + verb + "[^]*");
    const auto at = outcome.output.find("Usage: ");
    const bool known =
        at != std::string::npos && std::regex_match(outcome.output.substr(at, 40), usage);
    return outcome.status == 0 && known ? outcome.output : "";
}

/// A line of the compiler's, matched as a task's problemMatcher says: file:line:column.
std::string place_of(const std::string& line, const json& pattern) {
    std::smatch match;
    if (!std::regex_match(line, match, std::regex(pattern.at("regexp").get<std::string>())))
        return "";
    const auto part = [&](const char* name) {
        return match[pattern.at(name).get<std::size_t>()].str();
    };
    return part("file") + ':' + part("line") + ':' + part("column");
}

/// The packages in the launcher's table of tools that are for one of these: "all|verify".
std::vector<std::string> packages_of_launcher(const std::string& who) {
    const std::regex tool("(?:" + who + ") +(?:needed|useful) +\\S+ +(\\S+) .*");
    std::istringstream launcher(read_file(source / "lab"));
    std::vector<std::string> packages;
    for (std::string line; std::getline(launcher, line);) {
        std::smatch match;
        if (std::regex_match(line, match, tool)) packages.push_back(match[1]);
    }
    return packages;
}

}  // namespace

TEST_CASE("each file for an editor is JSON", "[editors]") {
    const fs::path file =
        GENERATE(".vscode/settings.json", ".vscode/tasks.json", ".vscode/launch.json",
                 ".vscode/extensions.json", ".devcontainer/devcontainer.json");
    CHECK(read_json(file).is_object());
}

TEST_CASE("each task of the editor is a command that lab knows", "[editors]") {
    std::set<std::string> labels;
    for (const json& task : tasks()) {
        CAPTURE(task);
        CHECK(labels.insert(task.at("label")).second);
        CHECK(task.at("command") == "./lab");
        CHECK(task.at("options").at("cwd") == "${workspaceFolder}");
        const auto words = task.at("args").get<std::vector<std::string>>();
        const std::string help = help_of(words.empty() ? "" : words.front());
        REQUIRE_FALSE(help.empty());
        for (const std::string& word : words) {
            if (word == "--") break;
            if (word.starts_with("--"))
                CHECK_THAT(help, ContainsSubstring(word.substr(0, word.find('='))));
        }
    }
    CHECK(labels.size() > 5);
}

TEST_CASE("a compiler's error leads each task to its file", "[editors]") {
    const ToyCheckout checkout;
    write_file(checkout.student_file(), "int main() {\n    retrun 0;\n}\n");
    std::istringstream output(checkout.lab({"test", "1"}).output);
    std::vector<std::string> lines;
    for (std::string line; std::getline(output, line);) lines.push_back(line);
    for (const json& task : tasks()) {
        CAPTURE(task.at("label"));
        const json& matcher = task.at("problemMatcher");
        CHECK(matcher.at("fileLocation") == json{"relative", "${workspaceFolder}"});
        std::set<std::string> places;
        for (const std::string& line : lines) places.insert(place_of(line, matcher.at("pattern")));
        CHECK(places.contains("labs/01-tcp-echo/echo_server.cpp:2:5"));
    }
}

TEST_CASE("the editor debugs the program that is built, after a task that there is", "[editors]") {
    const ToyCheckout checkout;
    (void)checkout.lab({"test", "1.1"});
    std::set<std::string> labels;
    for (const json& task : tasks()) labels.insert(task.at("label"));
    const json launches = read_json(".vscode/launch.json");
    for (const json& launch : launches.at("configurations")) {
        CAPTURE(launch);
        std::string program = launch.at("program");
        for (const auto& [name, value] :
             {std::pair<std::string, std::string>{"${workspaceFolder}", checkout.root()},
              {"${relativeFileDirname}", "labs/01-tcp-echo"},
              {"${fileBasenameNoExtension}", "echo_server"}}) {
            const auto at = program.find(name);
            REQUIRE(at != std::string::npos);
            program.replace(at, name.size(), value);
        }
        CHECK(fs::exists(program));
        if (launch.contains("preLaunchTask"))
            CHECK(labels.contains(launch.at("preLaunchTask").get<std::string>()));
    }
}

TEST_CASE("a search in the editor does not find the answers", "[editors]") {
    const json settings = read_json(".vscode/settings.json");
    for (const char* folder : {"solutions", "tests/submissions"}) {
        CHECK(fs::is_directory(source / folder));
        CHECK(settings.at("search.exclude").at(folder) == true);
        CHECK(settings.at("files.watcherExclude").at(std::string("**/") + folder + "/**") == true);
    }
    CHECK_FALSE(settings.contains("files.exclude"));
}

TEST_CASE("clangd is told how the course's files are built", "[editors]") {
    CHECK_THAT(read_file(source / ".clangd"),
               ContainsSubstring("CompilationDatabase: build/dev\n"));
    std::set<std::string> known;
    for (const json& entry : json::parse(read_file(LAB_BUILD "/compile_commands.json")))
        known.insert(entry.at("file"));
    for (const char* file :
         {"labs/01-tcp-echo/starter/echo_server.cpp", "solutions/01-tcp-echo/echo_server.cpp",
          "labs/01-tcp-echo/tests/listen_test.cpp"})
        CHECK(known.contains((source / file).string()));
}

TEST_CASE("administrators are told every package that the course needs", "[editors]") {
    const std::string page = read_file(source / "docs" / "getting-started.md");
    const auto packages = packages_of_launcher("all");
    CHECK(packages.size() > 10);
    for (const std::string& package : packages)
        CHECK_THAT(page, ContainsSubstring('`' + package + '`'));
}

TEST_CASE("the dev container has every package of the launcher", "[editors]") {
    const std::string image = read_file(source / ".devcontainer" / "Dockerfile");
    const auto packages = packages_of_launcher("all|verify");
    CHECK(packages.size() > 15);
    for (const std::string& package : packages)
        CHECK_THAT(image, ContainsSubstring(' ' + package + ' '));
    const json container = read_json(".devcontainer/devcontainer.json");
    CHECK(container.at("capAdd") == json{"SYS_PTRACE"});
    CHECK_THAT(image, ContainsSubstring("useradd --create-home --uid 1000 --shell /bin/bash " +
                                        container.at("remoteUser").get<std::string>()));
    CHECK(fs::exists(source / ".devcontainer" /
                     container.at("build").at("dockerfile").get<std::string>()));
}
