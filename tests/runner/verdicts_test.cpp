// The closed set of verdicts: in the harness, in the runner, on their page, and in the proof.

#include "runner/testing/verdicts.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "harness/run/verdict.hpp"
#include "runner/verify/verdict_checks.hpp"
#include "temp_dir.hpp"

using namespace runner;
using Catch::Matchers::ContainsSubstring;
using runner_test::TempDir;
using runner_test::write_file;

namespace {

std::string page_with(const std::vector<std::string_view>& parts) {
    std::string text = "# Verdicts\n";
    for (const std::string_view part : parts) text += "\n## " + std::string(part) + "\n\nSo.\n";
    return text;
}

/// A checkout in which everything is said and proven of every verdict.
class Checkout {
public:
    Checkout() {
        page({verdicts.begin(), verdicts.end()});
        for (const std::string_view verdict : verdicts) prove(std::string(verdict));
    }

    void page(const std::vector<std::string_view>& parts) const {
        write_file(folder_.path() / "docs" / "verdicts.md", page_with(parts));
    }
    /// By a real lab's submission, or by a toy's.
    void prove(const std::string& verdict) const {
        const std::string place = verdict == "FILES" ? "tests/courses/toy/tests" : "tests";
        write_file(folder_.path() / place / "submissions" / "01-x" / "wrong" / (verdict + ".patch"),
                   "base: x  fails: y  verdict: " + verdict + "  says: \"z\"\nbug: one\n");
    }
    void take_out(const std::string& file) const {
        REQUIRE(std::filesystem::remove(folder_.path() / file));
    }

    /// What the two checks complain of.
    [[nodiscard]] std::string complaints() const {
        const Workspace workspace(folder_.path(), "dev");
        std::string all;
        for (const Check& check : verdict_checks(workspace)) all += check.run().value_or("");
        return all;
    }

private:
    TempDir folder_;
};

}  // namespace

TEST_CASE("harness and runner have the same verdicts, in one order", "[verdicts]") {
    const auto last = static_cast<std::size_t>(harness::Verdict::pass);
    REQUIRE(last < verdicts.size());
    for (std::size_t i = 0; i <= last; ++i)
        CHECK(verdicts.at(i) == to_string(static_cast<harness::Verdict>(i)));
    CHECK(order_of("BUILD") == 0);
    CHECK(order_of("RESET") < order_of("HANG"));
    CHECK(order_of("no verdict") == verdicts.size());
}

TEST_CASE("a page and submissions for every verdict are right", "[verdicts]") {
    const Checkout checkout;
    CHECK(checkout.complaints().empty());
}

TEST_CASE("a verdict without its part of the page is refused", "[verdicts]") {
    const Checkout checkout;
    std::vector<std::string_view> parts(verdicts.begin(), verdicts.end());
    SECTION("missing") { std::erase(parts, "HANG"); }
    SECTION("in another place") { std::swap(parts[3], parts[4]); }
    SECTION("one that there is not") { parts.emplace_back("SLOW"); }
    checkout.page(parts);
    CHECK_THAT(checkout.complaints(), ContainsSubstring("its headings should be: BUILD, "));
}

TEST_CASE("a verdict that no submission proves is refused", "[verdicts]") {
    const Checkout checkout;
    SECTION("of a lab") {
        checkout.take_out("tests/submissions/01-x/wrong/HANG.patch");
        CHECK(checkout.complaints() == "no wrong submission proves HANG");
    }
    SECTION("of a toy course") {
        checkout.take_out("tests/courses/toy/tests/submissions/01-x/wrong/FILES.patch");
        CHECK(checkout.complaints() == "no wrong submission proves FILES");
    }
}

TEST_CASE("a submission that proves no known verdict is refused", "[verdicts]") {
    const Checkout checkout;
    checkout.prove("SLOW");
    CHECK(checkout.complaints() == "a wrong submission proves SLOW, which is none");
}
