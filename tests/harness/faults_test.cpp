// What befalls the calls that move bytes.

#include "harness/programs/faults.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cerrno>
#include <csignal>

#include "expect_failure.hpp"
#include "faulted_program.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;
using Names = std::vector<std::string>;

namespace {

const Names receiving{"recv",     "__recv_chk",   "recvfrom",           "__recvfrom_chk", "recvmsg",
                      "recvmmsg", "recv by read", "recv by __read_chk", "recv by readv"};
const Names sending{"send",           "sendto",           "sendmsg",
                    "sendmmsg",       "send by write",    "send by writev",
                    "send by splice", "send by sendfile", "send by sendfile64"};
const Names reading_from_start{"read",           "__read_chk", "readv",           "sendfile",
                               "sendfile64",     "splice",     "copy_file_range", "read of a pipe",
                               "readv of a pipe"};
const Names reading_elsewhere{"pread",         "pread64", "__pread_chk",
                              "__pread64_chk", "preadv",  "preadv64"};
const Names writing{"write",    "writev",          "sendfile to a file", "splice",
                    "sendfile", "copy_file_range", "write to a pipe"};
const Names writing_elsewhere{"pwrite", "pwrite64", "pwritev", "pwritev64"};

Names operator+(Names names, const Names& more) {
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

/// Every call that moves bytes, as one kind of it or another.
struct Family {
    Calls call;
    Names names;
};

Family any_family() {
    return GENERATE(Family{Calls::recv, receiving}, Family{Calls::send, sending},
                    Family{Calls::read, reading_from_start + reading_elsewhere},
                    Family{Calls::write, writing});
}

}  // namespace

TEST_CASE("each call that moves bytes can be cut to one", "[faults]") {
    const std::string build = any_build();
    const auto [call, names] = any_family();
    auto process = make(build, names, {.calls = {{.call = call, .takes = Takes::one_byte}}});
    check_each(process, names, "1");
    CHECK(process.faults().calls(call) == names.size());
    CHECK(process.faults().bytes(call) == names.size());
}

TEST_CASE("a write elsewhere than at the end can be cut", "[faults]") {
    // What is there is a hole and the message: 10 + 1 bytes, of which the check sees one.
    auto process = make(any_build(), writing_elsewhere,
                        {.calls = {{.call = Calls::write, .takes = Takes::one_byte}}});
    check_each(process, writing_elsewhere, "1");
}

TEST_CASE("without an order every call does its whole work", "[faults]") {
    const std::string build = any_build();
    const auto [call, names] = any_family();
    auto process = make(build, names);
    for (const std::string& name : names) {
        INFO(build << ' ' << name);
        const bool is_elsewhere = name.find("pread") != std::string::npos;
        CHECK(process.next_line(patience::to_start) == (is_elsewhere ? "90" : "100"));
    }
    process.expect_exit(0);
    CHECK(process.faults().calls(call) == names.size());
}

TEST_CASE("a part is never all and never nothing, and another one each time", "[faults]") {
    const Names calls(50, GENERATE("writev", "recvmsg", "send", "read"));
    const Fault fault{.takes = Takes::a_part};
    Faults all;
    for (const Calls call : {Calls::write, Calls::recv, Calls::send, Calls::read}) {
        all.calls.push_back(fault);
        all.calls.back().call = call;
    }
    const auto failure = failure_of([&] {
        auto process = make("faulted", calls, all);
        std::set<int> taken;
        for (std::size_t i = 0; i < calls.size(); ++i)
            taken.insert(std::stoi(process.next_line(patience::to_start).value()));
        CHECK(*taken.begin() >= 1);
        CHECK(*taken.rbegin() < 100);
        CHECK(taken.size() > 10);
        process.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::test_bug);  // the other three were never met
}

TEST_CASE("what keeps the borders of messages is never cut", "[faults]") {
    const Names calls{"recv of a datagram", "recvmmsg of a datagram", "recv of a record",
                      "look ahead"};
    const auto failure = failure_of([&] {
        auto process =
            make(any_build(), calls, {.calls = {{.call = Calls::recv, .takes = Takes::one_byte}}});
        check_each(process, calls, "100");
    });
    CHECK(failure.verdict == Verdict::test_bug);
    CHECK(failure.says == "no recv was cut short: the test has proved nothing");
}

TEST_CASE("a message is sent whole or not at all", "[faults]") {
    const Names calls{"send of a datagram", "sendmmsg of a datagram", "send of a record"};
    const auto failure = failure_of([&] {
        auto process =
            make(any_build(), calls, {.calls = {{.call = Calls::send, .takes = Takes::one_byte}}});
        check_each(process, calls, "100");
    });
    CHECK(failure.says == "no send was cut short: the test has proved nothing");
}

TEST_CASE("each call that moves bytes through a socket can fail", "[faults]") {
    const std::string build = any_build();
    const auto [call, names] =
        GENERATE(Family{Calls::recv, receiving}, Family{Calls::send, sending});
    const int error = GENERATE(EINTR, ECONNRESET, ETIMEDOUT, ENOMEM);
    auto process = make(build, names, {.calls = {{.call = call, .error = error, .times = 99}}});
    check_each(process, names, ::strerrorname_np(error));
    CHECK(process.faults().bytes(call) == 0);
}

TEST_CASE("each call that moves bytes through a file can fail", "[faults]") {
    const std::string build = any_build();
    const Names reading{"read",   "__read_chk",  "readv",           "sendfile",
                        "pread",  "sendfile64",  "copy_file_range", "pread64",
                        "preadv", "__pread_chk", "__pread64_chk",   "preadv64"};
    const Names writing_to_file{"write",           "writev",  "sendfile to a file",
                                "splice",          "pwrite",  "pwrite64",
                                "copy_file_range", "pwritev", "pwritev64"};
    const auto [family, error] =
        GENERATE_COPY(std::pair(Family{Calls::read, reading}, EIO),
                      std::pair(Family{Calls::write, writing_to_file}, ENOSPC),
                      std::pair(Family{Calls::write, writing_to_file}, EFBIG));
    auto process = make(build, family.names, {.calls = {{.call = family.call, .error = error}}});
    check_each(process, family.names, ::strerrorname_np(error));
}

TEST_CASE("only what would wait is interrupted, only what never waits is told to come again",
          "[faults]") {
    const std::string build = any_build();
    const auto [waits, error] = GENERATE(std::pair(true, EINTR), std::pair(false, EAGAIN));
    const Names calls{"recv", "send", "write to a pipe"};
    const Names hasty{"recv that never waits", "send that never waits", "write that never waits"};
    Faults faults;
    for (const Calls call : {Calls::recv, Calls::send, Calls::write})
        faults.calls.push_back({.call = call, .error = error, .times = 99});
    auto process = make(build, calls + hasty, faults);
    for (std::size_t i = 0; i < 6; ++i) {
        const bool struck = (i < 3) == waits;
        CHECK(process.next_line(patience::to_start) == (struck ? ::strerrorname_np(error) : "100"));
    }
}

TEST_CASE("an interruption that no call of a program can meet is no mistake of the test",
          "[faults]") {
    {
        auto process = make("faulted", {"send that never waits"},
                            {.calls = {{.call = Calls::send, .error = EINTR, .times = 1}}});
        CHECK(process.next_line(patience::to_start) == "100");
        process.expect_exit(0);
    }
    CHECK_FALSE(current_run().take_failure().has_value());
    const auto failure = failure_of([] {
        auto process = make("faulted", {"recv"},
                            {.calls = {{.call = Calls::send, .error = EINTR, .times = 1}}});
        CHECK(process.next_line(patience::to_start) == "100");
        process.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::test_bug);
}

TEST_CASE("a connection that has failed is over", "[faults]") {
    auto process = make("faulted", {"recv, then send"},
                        {.calls = {{.call = Calls::recv, .error = ECONNRESET, .times = 1}}});
    CHECK(process.next_line(patience::to_start) == "ECONNRESET");
    CHECK(process.next_line(patience::to_answer) == "EPIPE");
    process.expect_exit(0);
}

TEST_CASE("the third call and the one behind it, and no other", "[faults]") {
    const Names calls(6, "read");
    auto process = make(any_build(), calls,
                        {.calls = {{.call = Calls::read, .error = EIO, .from = 3, .times = 2}}});
    for (const char* expected : {"100", "100", "EIO", "EIO", "100", "100"})
        CHECK(process.next_line(patience::to_start) == expected);
    process.expect_exit(0);
}

TEST_CASE("from the third call on", "[faults]") {
    const Names calls(5, "pread");
    auto process =
        make("faulted", calls, {.calls = {{.call = Calls::read, .error = EIO, .from = 3}}});
    for (const char* expected : {"90", "90", "EIO", "EIO", "EIO"})
        CHECK(process.next_line(patience::to_start) == expected);
    process.expect_exit(0);
}

TEST_CASE("a call that nothing befalls leaves errno alone", "[faults]") {
    const auto failure = failure_of([] {
        auto process = make(any_build(), {"errno after recv"},
                            {.calls = {{.call = Calls::recv, .path = ".part", .error = ENOMEM}}});
        CHECK(process.next_line(patience::to_start) == "ENOTTY");
        process.expect_exit(0);
    });
    CHECK(failure.says ==
          "no recv from a file ending in .part failed with ENOMEM: the test has "
          "proved nothing");
}

TEST_CASE("a fault is for a kind of descriptor", "[faults]") {
    const Names calls{"read", "read of a pipe", "recv", "recv of a datagram"};
    const auto [fault, struck] = GENERATE(
        std::pair(Fault{.call = Calls::read, .on = On::file, .takes = Takes::one_byte}, 0),
        std::pair(Fault{.call = Calls::read, .on = On::pipe, .takes = Takes::one_byte}, 1),
        std::pair(Fault{.call = Calls::recv, .on = On::stream, .error = ENOMEM}, 2),
        std::pair(Fault{.call = Calls::recv, .on = On::datagram, .error = ECONNREFUSED}, 3));
    auto process = make("faulted", calls, {.calls = {fault}});
    for (int i = 0; i < 4; ++i) {
        const std::string result = process.next_line(patience::to_start).value_or("");
        CHECK((result != "100") == (i == struck));
    }
    process.expect_exit(0);
}

TEST_CASE("a fault is for one descriptor", "[faults]") {
    auto process =
        Process({.name = "faulted",
                 .arguments = {"read of a pipe", "read of stdin"},
                 .input = true,
                 .faults = {.calls = {{.call = Calls::read, .fd = 0, .takes = Takes::one_byte}}}});
    process.type("hello");
    CHECK(process.next_line(patience::to_start) == "100");
    CHECK(process.next_line(patience::to_start) == "1");
    CHECK(process.faults().met() == Names{"read gave 1 of 100 bytes"});
}

TEST_CASE("a fault is for files whose name ends so", "[faults]") {
    const Names calls{"write", "write to another file", "write to a pipe",
                      "write to a deleted file"};
    auto process = make(any_build(), calls,
                        {.calls = {{.call = Calls::write, .path = "/c.part", .error = ENOSPC}}});
    for (const char* expected : {"100", "ENOSPC", "100", "ENOSPC"})
        CHECK(process.next_line(patience::to_start) == expected);
    process.expect_exit(0);
}

TEST_CASE("a program that waits for edges hears of what a short count has left", "[faults]") {
    auto process = make(any_build(), {"recv at edges"},
                        {.calls = {{.call = Calls::recv, .error = EAGAIN, .from = 2, .times = 3},
                                   {.call = Calls::recv, .takes = Takes::one_byte}}});
    CHECK(process.next_line(patience::to_start) == "100");
    CHECK(process.faults().calls(Calls::recv) == 103);
}

TEST_CASE("who asks for each event is given none unasked", "[faults]") {
    auto process = make(any_build(), {"recv at one shot"},
                        {.calls = {{.call = Calls::recv, .takes = Takes::one_byte}}});
    CHECK(process.next_line(patience::to_start) == "0");
}

TEST_CASE("a failing test adds what the system has done", "[faults]") {
    const auto failure = failure_of([] {
        auto process = make("faulted", {"send", "accept"},
                            {.calls = {{.call = Calls::send, .takes = Takes::one_byte},
                                       {.call = Calls::accept, .error = EMFILE}}});
        process.expect_exit(1);
    });
    CHECK_THAT(failure.says, ContainsSubstring("; send accepted only 1 of 100 bytes, as it may") &&
                                 ContainsSubstring("; accept failed with EMFILE, as it may"));
}
