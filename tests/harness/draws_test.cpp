// What a test draws follows the seed and the test's name alone.

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "harness/faults/plan.hpp"
#include "harness/programs/faults.hpp"
#include "harness/programs/program.hpp"
#include "harness/run/bytes.hpp"
#include "harness/run/test_run.hpp"

using namespace harness;

namespace {

/// The seed of the parts that a program's sends take.
std::uint32_t seed_of_faults() {
    const FaultPlan plan({.calls = {{.call = Calls::send, .takes = Takes::a_part}}});
    std::ifstream file(plan.environment().at(faults::plan_variable), std::ios::binary);
    file.seekg(offsetof(faults::Plan, seed));
    std::uint32_t seed = 0;
    file.read(reinterpret_cast<char*>(&seed), sizeof seed);
    REQUIRE(file);
    return seed;
}

struct Draws {
    Bytes payload;
    std::size_t size = 0;
    std::string host;
    std::uint32_t faults = 0;

    friend bool operator==(const Draws&, const Draws&) = default;
};

Draws draw() {
    return {.payload = random_bytes(100),
            .size = random_number(1, 1000000),
            .host = random_loopback_host(),
            .faults = seed_of_faults()};
}

Draws draws_of(const std::string& test, std::uint32_t seed) {
    current_run().begin(test, seed);
    return draw();
}

}  // namespace

TEST_CASE("one seed gives one test the same again, whatever ran before it", "[draws]") {
    const Draws first = draws_of("a test", 7);
    CHECK(draws_of("a test", 7) == first);
    (void)draws_of("another test", 7);
    (void)random_bytes(random_number(1, 1000));
    CHECK(draws_of("a test", 7) == first);
}

TEST_CASE("each way through a test draws the same", "[draws]") {
    const Draws first = draws_of("a test", 7);
    current_run().begin_part();
    CHECK(draw() == first);
}

TEST_CASE("another seed, or another test, draws something else", "[draws]") {
    const Draws first = draws_of("a test", 7);
    for (const Draws& other : {draws_of("a test", 8), draws_of("another test", 7)}) {
        CHECK(other.payload != first.payload);
        CHECK(other.size != first.size);
        CHECK(other.faults != first.faults);
    }
}
