#include "runner/watch/status_line.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "runner/machine/terminal.hpp"
#include "temp_dir.hpp"

using namespace runner;
using runner_test::TempDir;

namespace {

const Lab lab{.id = "01-toy",
              .title = "Toy",
              .stages = {{.id = "hello", .title = "Hello", .points = 40},
                         {.id = "twice", .title = "Twice", .points = 60}}};

}  // namespace

TEST_CASE("the status says what goes on, the keys, and how far one is", "[watch]") {
    const TempDir folder;
    auto progress = Progress::load(folder.path() / "progress.json");
    progress.set(lab.id, "hello", {.passed = true, .verdict = "PASS", .when = now_utc()});
    CHECK(draw_status("testing 1.2", lab, progress, 79) ==
          "testing 1.2 · n next  h hint  l list  q quit          1/2 stages  40/100 points");
    CHECK(draw_status("testing 1.2", lab, progress, 60) ==
          "testing 1.2 · n next  h hint  l list  q quit             1/2");
    CHECK(draw_status("testing 1.2", lab, progress, 39) ==
          "testing 1.2 · n h l q               1/2");
    CHECK(draw_status("testing 1.2", lab, progress, 14) == "testing 1.2   ");
}

TEST_CASE("the status fits into any window", "[watch]") {
    const TempDir folder;
    const auto progress = Progress::load(folder.path() / "progress.json");
    const std::size_t width = GENERATE(1U, 5U, 10U, 20U, 39U, 50U, 79U, 119U);
    CHECK(columns(draw_status("waiting for a save", lab, progress, width)) == width);
}
