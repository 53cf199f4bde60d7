#include "runner/course/markdown.hpp"

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "temp_dir.hpp"

using namespace runner;
using runner_test::TempDir;

namespace {

Markdown read(const std::string& text) {
    const TempDir folder;
    std::ofstream(folder.path() / "page.md") << text;
    return read_markdown(folder.path() / "page.md");
}

}  // namespace

TEST_CASE("headings are found with their anchors and the line below", "[markdown]") {
    const auto page = read("# The First, in `code`!\n\n## echo-once\nSay it back\n");
    REQUIRE(page.headings.size() == 2);
    CHECK(page.headings[0].anchor == "the-first-in-code");
    CHECK(page.headings[1].level == 2);
    CHECK(page.headings[1].next == "Say it back");
    CHECK(page.has_anchor("echo-once"));
    CHECK_FALSE(page.has_anchor("echo-twice"));
}

TEST_CASE("links are found with path and fragment", "[markdown]") {
    const auto page = read("see [a](b.md#c) and [d](#e)\n[f](https://example.org/)\n");
    REQUIRE(page.links.size() == 3);
    CHECK(page.links[0].target == "b.md");
    CHECK(page.links[0].anchor == "c");
    CHECK(page.links[1].target.empty());
    CHECK(page.links[2].line == 2);
}

TEST_CASE("in code blocks there are no headings and no links", "[markdown]") {
    const auto page = read("```sh\n# no heading\n[no](link)\n```\n");
    CHECK(page.headings.empty());
    CHECK(page.links.empty());
}

TEST_CASE("headings, comments and code blocks are found in the order of the page", "[markdown]") {
    using Kind = Markdown::Part::Kind;
    const auto page = read("# One\n\n<!-- second terminal -->\n```sh\nls\npwd\n```\nText.\n");
    REQUIRE(page.parts.size() == 3);
    CHECK(page.parts[0].kind == Kind::heading);
    CHECK(page.parts[1].kind == Kind::comment);
    CHECK(page.parts[1].line == 3);
    CHECK(page.parts[1].text == "second terminal");
    CHECK(page.parts[2].kind == Kind::block);
    CHECK(page.parts[2].line == 4);
    CHECK(page.parts[2].language == "sh");
    CHECK(page.parts[2].text == "ls\npwd\n");
}

TEST_CASE("a picture is the code block below its comment", "[markdown]") {
    const auto page =
        read("<!-- board -->\n```text\nline one\n./lab test\n```\n\n```text\nno picture\n```\n");
    REQUIRE(page.pictures.size() == 1);
    CHECK(page.pictures[0].of == "board");
    CHECK(page.pictures[0].text == "line one\n./lab test\n");
}
