#include "faulted_program.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace harness;

std::string any_build() { return GENERATE("faulted", "faulted_asan", "faulted_tsan"); }

Process make(const std::string& build, std::vector<std::string> calls, Faults faults) {
    return Program(build).with(std::move(faults)).run(std::move(calls));
}

void check_each(Process& process, const std::vector<std::string>& calls,
                const std::string& expected) {
    for (const std::string& call : calls) {
        INFO(process.name() << ' ' << call);
        CHECK(process.next_line(patience::to_start) == expected);
    }
    process.expect_exit(0);
}
