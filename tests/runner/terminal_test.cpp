#include "runner/machine/terminal.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace runner;

TEST_CASE("columns counts letters, not bytes", "[terminal]") {
    CHECK(columns("abc") == 3);
    CHECK(columns("grün → █") == 8);
}

TEST_CASE("fit fills a text up, or leaves out its middle", "[terminal]") {
    CHECK(fit("abc", 5) == "abc  ");
    CHECK(fit("abc", 3) == "abc");
    CHECK(fit("abcdefghij", 7) == "abcd…ij");
    CHECK(columns(fit("→→→→→→→→→→", 7)) == 7);
    CHECK(fit("abc", 1) == "…");
    CHECK(fit("abc", 0).empty());
}

TEST_CASE("wrap breaks between words, and words that are too long", "[terminal]") {
    CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(wrap("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
    CHECK(wrap("a  \"b   c\"", 20) == std::vector<std::string>{"a  \"b   c\""});
    CHECK(wrap("", 10) == std::vector<std::string>{""});
}

TEST_CASE("without a terminal there are no colours, and a line is 80 columns", "[terminal]") {
    CHECK(styled(Style::bad, "text") == "text");
    CHECK(line_width() == 80);
}

TEST_CASE("no escape is cut in two", "[terminal]") {
    const std::string bytes = R"("\xd7\x00\n\\\xca")";
    for (std::size_t width = 5; width <= bytes.size(); ++width) {
        CAPTURE(width);
        std::string together;
        for (const std::string& line : runner::wrap(bytes, width)) {
            together += line;
            CHECK(line.substr(line.size() < 3 ? 0 : line.size() - 3).find("\\x") ==
                  std::string::npos);
        }
        CHECK(together == bytes);
        CHECK(runner::columns(runner::fit(bytes, width)) == width);
    }
    CHECK(runner::fit(R"(\xd7\x00\xca\xfe)", 9) == R"(\xd7… )"
                                                   "   ");
}
