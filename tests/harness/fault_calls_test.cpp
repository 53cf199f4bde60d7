// What befalls the calls that move no bytes.

#include <netdb.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cerrno>
#include <csignal>

#include "expect_failure.hpp"
#include "faulted_program.hpp"

using namespace harness;
using Names = std::vector<std::string>;

namespace {

struct Family {
    Calls call;
    int error;
    Names names;
};

Family any_family() {
    const Names waiting{"poll",    "__poll_chk", "ppoll",       "__ppoll_chk", "select",
                        "pselect", "epoll_wait", "epoll_pwait", "epoll_pwait2"};
    const Names opening{"open",    "open64",   "openat",     "openat64",   "creat",
                        "creat64", "__open_2", "__open64_2", "__openat_2", "__openat64_2",
                        "fopen",   "fopen64",  "ofstream"};
    return GENERATE_COPY(
        Family{Calls::accept, EMFILE, {"accept", "accept4"}},
        Family{Calls::connect, ECONNREFUSED, {"connect"}},
        Family{Calls::socket, ENFILE, {"socket"}}, Family{Calls::bind, EACCES, {"bind"}},
        Family{Calls::listen, EADDRINUSE, {"listen"}},
        Family{Calls::shutdown, ENOTCONN, {"shutdown"}}, Family{Calls::wait, EINTR, waiting},
        Family{Calls::open, ENOSPC, opening},
        Family{Calls::rename, EXDEV, {"rename", "renameat", "renameat2"}},
        Family{Calls::link, EPERM, {"link", "linkat"}},
        Family{Calls::unlink, EROFS, {"unlink", "unlinkat", "remove"}},
        Family{Calls::mkdir, EDQUOT, {"mkdir", "mkdirat"}},
        Family{Calls::sync, EIO, {"fsync", "fdatasync"}},
        Family{Calls::truncate, EFBIG, {"truncate", "truncate64", "ftruncate", "ftruncate64"}});
}

Process resolve(const std::string& build, Faults::Answer answer) {
    return make(build, {"resolve"}, {.names = {{"lab.test", std::move(answer)}}});
}

}  // namespace

TEST_CASE("each call without bytes can fail", "[faults]") {
    const std::string build = any_build();
    const auto [call, error, names] = any_family();
    auto process = make(build, names, {.calls = {{.call = call, .error = error, .times = 99}}});
    check_each(process, names, ::strerrorname_np(error));
    CHECK(process.faults().calls(call) == names.size());
}

TEST_CASE("each call without bytes does its work without an order", "[faults]") {
    const std::string build = any_build();
    const auto [call, error, names] = any_family();
    if (call == Calls::accept) return;  // would wait for a client
    auto process = make(build, names);
    check_each(process, names, call == Calls::wait ? "1" : "0");
}

TEST_CASE("the first clients are gone when they are accepted", "[faults]") {
    const std::string call = GENERATE("accept two", "accept4 two");
    auto server = Program(any_build())
                      .with({.calls = {{.call = Calls::accept, .error = ECONNABORTED, .times = 1}}})
                      .listen({call});
    auto gone = server.connect();
    gone.expect_end();
    CHECK(server.process().next_line(patience::to_answer) == "ECONNABORTED");
    auto next = server.connect();
    CHECK(server.process().next_line(patience::to_answer) == "a client");
}

TEST_CASE("a descriptor that accept has not got stays in the queue", "[faults]") {
    auto server = Program("faulted")
                      .with({.calls = {{.call = Calls::accept, .error = EMFILE, .times = 1}}})
                      .listen({"accept two"});
    CHECK(server.process().next_line(patience::to_answer) == "EMFILE");
    auto client = server.connect();
    CHECK(server.process().next_line(patience::to_answer) == "a client");
}

TEST_CASE("a connect that is interrupted goes on", "[faults]") {
    auto process = make(any_build(), {"connect and send"},
                        {.calls = {{.call = Calls::connect, .error = EINTR, .times = 1}}});
    CHECK(process.next_line(patience::to_start) == "EINTR");
    CHECK(process.next_line(patience::to_answer) == "100");
}

TEST_CASE("a fault is for files that a call names", "[faults]") {
    const Names calls{"open", "fopen", "rename", "link"};
    auto process = make(any_build(), calls,
                        {.calls = {{.call = Calls::open, .path = "/c.part", .error = EACCES},
                                   {.call = Calls::rename, .path = "/c.part", .error = EIO}}});
    for (const char* expected : {"EACCES", "0", "EIO", "0"})
        CHECK(process.next_line(patience::to_start) == expected);
    process.expect_exit(0);
}

TEST_CASE("a time limit runs out at once", "[faults]") {
    const Names calls{
        "poll with a limit",        "__poll_chk with a limit",  "ppoll with a limit",
        "__ppoll_chk with a limit", "select with a limit",      "pselect with a limit",
        "epoll_wait with a limit",  "epoll_pwait with a limit", "epoll_pwait2 with a limit"};
    auto process = make(any_build(), calls, {.time_runs_out = true});
    check_each(process, calls, "0");
    CHECK(process.faults().times_run_out() == calls.size());
    CHECK(process.faults().met() == Names{"the time limit of poll ran out"});
}

TEST_CASE("what is there in time is taken", "[faults]") {
    const Names calls{"poll that is ready",    "ppoll that is ready",      "select that is ready",
                      "pselect that is ready", "epoll_wait that is ready", "poll"};
    auto process = make(any_build(), calls, {.time_runs_out = true});
    check_each(process, calls, "1");
    CHECK(process.faults().times_run_out() == 0);
}

TEST_CASE("the time limit of a socket runs out at once", "[faults]") {
    auto process =
        make(any_build(), {"recv with a limit", "accept with a limit", "send with a limit"},
             {.time_runs_out = true});
    for (const char* expected : {"EAGAIN", "EAGAIN", "a part", "EAGAIN", "EAGAIN"})
        CHECK(process.next_line(patience::to_start) == expected);
    process.expect_exit(0);
}

TEST_CASE("who sets no time limit waits as ever", "[faults]") {
    auto process = make("faulted", {"wait for a byte"}, {.time_runs_out = true});
    CHECK(process.next_line(patience::to_start) == "waiting");
    process.expect_running();
}

TEST_CASE("the resolver gives the addresses of a name in their order", "[faults]") {
    const std::string build = any_build();
    CHECK(resolve(build, {.addresses = {"::1", "127.0.0.1", "10.1.2.3"}})
              .next_line(patience::to_start) == "::1 127.0.0.1 10.1.2.3 ");
    CHECK(resolve(build, {.error = EAI_AGAIN}).next_line(patience::to_start) ==
          ::gai_strerror(EAI_AGAIN));
}

TEST_CASE("a name that is never asked for is a mistake of the test", "[faults]") {
    const auto failure = failure_of([] {
        auto process = make("faulted", {"resolve another"}, {.names = {{"lab.test", {}}}});
        CHECK(process.next_line(patience::to_start) == "127.0.0.9 ");
        process.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::test_bug);
}

TEST_CASE("a handled signal interrupts a call", "[faults]") {
    auto process = make(any_build(), {"wait for a byte"}, {.handled_signal = SIGWINCH});
    CHECK(process.next_line(patience::to_start) == "waiting");
    process.await_rest();
    process.interrupt();
    CHECK(process.next_line(patience::to_answer) == "EINTR");
    CHECK(process.faults().signals_handled() >= 1);
}
