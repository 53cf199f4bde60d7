#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "runner/verify/message_checks.hpp"
#include "temp_dir.hpp"

using Catch::Matchers::ContainsSubstring;
using runner_test::TempDir;
using runner_test::write_file;

namespace {

/// A course whose launcher and command say one thing each, and a page of troubleshooting.
class Said {
public:
    explicit Said(const std::string& page) {
        write_file(folder_.path() / "lab", "fail 'the course needs Linux'\nsay \"$@\"\n");
        write_file(folder_.path() / "common" / "runner" / "ids.cpp",
                   "throw WrongUse(fmt::format(\"there is no lab {:?}. \"\n"
                   "                           \"Labs: {}\", word, ids));\n");
        write_file(folder_.path() / "docs" / "troubleshooting.md", page);
    }

    [[nodiscard]] std::string wrong_with_quotes() const { return wrong(0); }
    [[nodiscard]] std::string wrong_with_entries() const { return wrong(1); }

private:
    [[nodiscard]] std::string wrong(std::size_t number) const {
        const runner::Workspace workspace(folder_.path(), "dev");
        return runner::message_checks(workspace).at(number).run().value_or("");
    }

    TempDir folder_;
};

const std::string linux_entry = "### `lab: the course needs Linux`\n\n";

}  // namespace

TEST_CASE("a page that has what is said is not refused", "[messages]") {
    const Said said(linux_entry + "### `there is no lab …`\n\n### `bind …: Permission denied`\n");
    CHECK(said.wrong_with_quotes().empty());
    CHECK(said.wrong_with_entries().empty());
}

TEST_CASE("what nothing says any more is refused", "[messages]") {
    const Said said(linux_entry + "### `lab: there is no course …`\n");
    CHECK(said.wrong_with_quotes() == "line 3: nothing says `there is no course …`");
}

TEST_CASE("what another program says is taken on trust", "[messages]") {
    const Said said("### `Clock skew detected`\n\n<!-- said by another program -->\n");
    CHECK(said.wrong_with_quotes().empty());
}

TEST_CASE("a message of launcher or command without an entry is refused", "[messages]") {
    CHECK(Said(linux_entry).wrong_with_entries() == "no entry for `there is no lab …. Labs: …`");
    CHECK(Said("### `there is no lab …`\n").wrong_with_entries() ==
          "no entry for `the course needs Linux`");
}

TEST_CASE("an exception needs a reason, and something that is said", "[messages]") {
    const std::string no_entry = "<!-- no entry: the course needs Linux";
    const std::string rest = "### `there is no lab …`\n\n";
    CHECK(Said(rest + no_entry + " (plain) -->\n").wrong_with_entries().empty());
    CHECK_THAT(Said(rest + no_entry + " -->\n").wrong_with_entries(),
               ContainsSubstring("no entry for `the course needs Linux`"));
    CHECK_THAT(Said(rest + linux_entry + "<!-- no entry: needs Windows (plain) -->\n")
                   .wrong_with_entries(),
               ContainsSubstring("an exception is never said: `needs Windows`"));
}
