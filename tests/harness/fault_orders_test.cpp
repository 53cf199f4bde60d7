// Which faults can be ordered, in which words they are told, and whom they cannot reach.

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "expect_failure.hpp"
#include "faulted_program.hpp"
#include "harness/programs/fault_words.hpp"
#include "harness/programs/reach.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

void check_refused(const Fault& fault, const std::string& why) {
    CHECK_THROWS_WITH(FaultPlan({.calls = {fault}}), ContainsSubstring(why));
}

/// A file of its own, which is removed again.
class TemporaryFile {
public:
    explicit TemporaryFile(const fs::path& original)
        : path_(fs::temp_directory_path() / ("lab-reach-" + std::to_string(::getpid()))) {
        fs::copy_file(original, path_, fs::copy_options::overwrite_existing);
    }
    ~TemporaryFile() { fs::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

}  // namespace

TEST_CASE("a fault is told in a student's words", "[faults]") {
    CHECK(describe({.call = Calls::recv, .takes = Takes::one_byte}) == "each recv gives one byte");
    CHECK(describe({.call = Calls::send, .takes = Takes::a_part}) == "each send takes a part");
    CHECK(
        describe({.call = Calls::write, .path = ".part", .error = ENOSPC, .from = 3, .times = 1}) ==
        "the 3rd write to a file ending in .part fails: No space left on device (ENOSPC)");
    CHECK(describe({.call = Calls::write, .error = EIO, .from = 2}) ==
          "each write from the 2nd on fails: Input/output error (EIO)");
    CHECK(describe({.call = Calls::read, .fd = 0, .error = EINTR, .times = 2}) ==
          "each read from stdin from the first to the 2nd fails: Interrupted system call (EINTR)");
    CHECK(
        describe(
            {.call = Calls::send, .on = On::datagram, .error = ENOBUFS, .from = 11, .times = 1}) ==
        "the 11th send to a datagram socket fails: No buffer space available (ENOBUFS)");
}

TEST_CASE("a fault that was never met is named", "[faults]") {
    const auto example =
        GENERATE(std::pair(Fault{.call = Calls::read, .fd = 0, .error = EINTR, .times = 1},
                           "no read from stdin failed with EINTR: the test has proved nothing"),
                 std::pair(Fault{.call = Calls::write, .on = On::pipe, .takes = Takes::a_part},
                           "no write to a pipe was cut short: the test has proved nothing"),
                 std::pair(Fault{.call = Calls::recv, .error = ENOMEM, .from = 2},
                           "no recv failed with ENOMEM: the test has proved nothing"));
    const auto failure = failure_of([&] {
        auto process = make("faulted", {"recv"}, {.calls = {example.first}});
        process.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::test_bug);
    CHECK(failure.says == example.second);
}

TEST_CASE("a fault that no system makes is refused", "[faults]") {
    check_refused({.error = EIO}, "does not say which call");
    check_refused({.call = Calls::recv}, "either cuts calls short or makes them fail");
    check_refused({.call = Calls::recv, .takes = Takes::a_part, .error = ENOMEM}, "either");
    check_refused({.call = Calls::accept, .takes = Takes::one_byte}, "only bytes can be cut");
    check_refused({.call = Calls::accept, .error = ENOSPC}, "does not fail with this error");
    check_refused({.call = Calls::recv, .error = ENOMEM, .from = 0}, "never strike");
    check_refused({.call = Calls::recv, .error = EINTR}, "for ever");
    check_refused({.call = Calls::write, .path = std::string(300, 'x'), .error = EIO}, "too long");
}

TEST_CASE("each call has its words, and each error belongs to a call", "[faults]") {
    for (const auto& possible : faults::possible_errors) {
        const std::string words = describe({.call = possible.call, .error = possible.error});
        INFO(words);
        CHECK(words.starts_with("each "));
        CHECK_NOTHROW(
            FaultPlan({.calls = {{.call = possible.call, .error = possible.error, .times = 1}}}));
    }
}

TEST_CASE("no fault reaches a program that is linked statically", "[faults]") {
    const Program program("linked_statically");
    const auto failure =
        failure_of([&] { auto process = program.with({.send_buffer = 1}).run({}); });
    CHECK(failure.verdict == Verdict::skipped);
    CHECK(failure.says ==
          "linked_statically is linked statically: what this test makes the system do cannot reach "
          "it");
    auto process = program.run({});
    process.expect_exit(3);
}

TEST_CASE("who can be reached is told by the file", "[faults]") {
    CHECK(out_of_reach(TOYS "/faulted").empty());
    CHECK(out_of_reach(TOYS "/faulted_asan").empty());
    CHECK(out_of_reach(TOY_SCRIPTS "/signals_in_python").empty());
    CHECK(out_of_reach("/no/such/file").empty());

    const TemporaryFile privileged(TOYS "/faulted");
    REQUIRE(::chmod(privileged.path().c_str(), S_ISUID | S_IRWXU) == 0);
    CHECK(out_of_reach(privileged.path()) == "is a set-user-ID or set-group-ID file");
    std::ofstream(privileged.path(), std::ios::trunc) << "#!" TOYS "/linked_statically -x\n";
    REQUIRE(::chmod(privileged.path().c_str(), S_IRWXU) == 0);
    CHECK(out_of_reach(privileged.path()) == "is run by " TOYS
                                             "/linked_statically, which is linked statically");
}
