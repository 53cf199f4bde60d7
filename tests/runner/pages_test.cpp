// What `lab` reads in a handout and in the hints, and how a terminal shows it.

#include "runner/course/pages.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <sstream>

#include "runner/course/markdown_text.hpp"
#include "runner/machine/terminal.hpp"
#include "temp_dir.hpp"

using Catch::Matchers::ContainsSubstring;
using runner::as_text;
using runner_test::TempDir;
using runner_test::write_file;

namespace {

std::string text_of(const std::string& markdown, std::size_t width = 40) {
    return as_text(markdown, "labs/01-toy", width);
}

}  // namespace

TEST_CASE("paragraphs are wrapped anew, with nothing but their words", "[pages]") {
    CHECK(text_of("**What to build**: one\ntwo three, *four* & < five.\n\nSix.\n", 24) ==
          "What to build: one two\nthree, four & < five.\n\nSix.\n");
}

TEST_CASE("code stands as it is written, however wide", "[pages]") {
    CHECK(text_of("Type\n\n```\nnc -N   127.0.0.1 5050\n\n  *x*\n```\n\nnow.\n", 12) ==
          "Type\n\n    nc -N   127.0.0.1 5050\n\n      *x*\n\nnow.\n");
    CHECK(text_of("Look at `errno` first.") == "Look at `errno` first.\n");
}

TEST_CASE("a list's items hang under their sign", "[pages]") {
    CHECK(text_of("Two:\n\n- one two three four\n- five\n\nEnd.\n", 16) ==
          "Two:\n\n- one two three\n  four\n- five\n\nEnd.\n");
    CHECK(text_of("1. one\n2. two\n   - deep\n3. three\n") ==
          "1. one\n2. two\n\n   - deep\n3. three\n");
}

TEST_CASE("a list far in keeps some width", "[pages]") {
    CHECK_THAT(text_of("- a\n  - b\n    - c\n      - d\n        - some words in here\n", 10),
               ContainsSubstring("- d\n") && ContainsSubstring("some"));
}

TEST_CASE("where a link leads stands behind it", "[pages]") {
    CHECK(text_of("See [sending](../../docs/concepts/sending.md).", 80) ==
          "See sending (docs/concepts/sending.md).\n");
    CHECK(text_of("See [above](#hello).") == "See above.\n");
    CHECK(text_of("See [rfc-editor.org/rfc/rfc862](https://www.rfc-editor.org/rfc/rfc862).") ==
          "See rfc-editor.org/rfc/rfc862.\n");
    CHECK(text_of("See [RFC 862](https://www.rfc-editor.org/rfc/rfc862).", 80) ==
          "See RFC 862 (https://www.rfc-editor.org/rfc/rfc862).\n");
}

TEST_CASE("a table's rows are items", "[pages]") {
    CHECK(text_of("| stage | program |\n| --- | --- |\n| `client` | both |\n", 80) ==
          "- stage: program\n- `client`: both\n");
}

TEST_CASE("a part ends where the next one begins, but not in code", "[pages]") {
    const TempDir folder;
    const auto page = folder.path() / "README.md";
    write_file(page,
               "# Top\n\n## one\nText.\n\n```\n## no heading\n```\n\n### deeper\n\n## two\nEnd.\n");
    CHECK(runner::part_of(page, "one") == "Text.\n\n```\n## no heading\n```\n\n### deeper\n\n");
    CHECK(runner::part_of(page, "two") == "End.\n");
    CHECK_THROWS_WITH(runner::part_of(page, "three"),
                      ContainsSubstring("README.md has no part ## three"));
    CHECK_THROWS_WITH(runner::part_of(folder.path() / "HINTS.md", "one"),
                      ContainsSubstring("HINTS.md"));
}

TEST_CASE("hints have their number, their verdicts and their text", "[pages]") {
    const TempDir folder;
    write_file(folder.path() / "HINTS.md",
               "## hello\n\n<details><summary>Hint 1</summary>\n\n### 1\n\nIdea.\n\n</details>\n\n"
               "<details><summary>Hint 2: SIGPIPE, NO_REPLY</summary>\n\n### 2\n\nTrap.\n\n"
               "</details>\n\n## twice\n\n### 1\n\nOther.\n");
    runner::Lab lab;
    lab.folder = folder.path();
    runner::Stage stage;
    stage.id = "hello";
    const auto hints = runner::read_hints(lab, stage);
    REQUIRE(hints.size() == 2);
    CHECK(hints[0].number == 1);
    CHECK(hints[0].verdicts.empty());
    CHECK(hints[0].markdown == "\nIdea.\n\n");
    CHECK(hints[1].verdicts == std::vector<std::string>{"SIGPIPE", "NO_REPLY"});
    CHECK(hints[1].markdown == "\nTrap.\n\n");
}

TEST_CASE("every part of a handout can be shown in a narrow window", "[pages]") {
    const auto page = std::filesystem::path(LAB_SOURCE) / "labs" / "01-tcp-echo" / "README.md";
    std::istringstream text(as_text(runner::part_of(page, "send-all"), "labs/01-tcp-echo", 40));
    std::size_t lines = 0;
    for (std::string line; std::getline(text, line); ++lines) {
        const bool is_code = line.starts_with("    ");
        CHECK((is_code || runner::columns(line) <= 40));
    }
    CHECK(lines > 40);
}
