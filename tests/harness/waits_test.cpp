// Every way to wait: that a program which is stuck is told at once, with call, file and line, and
// that one which will go on by itself never is.

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "expect_failure.hpp"
#include "harness/run/wait.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Each program is built three times: it must be seen through any sanitizer.
std::string any_build() { return GENERATE("waits", "waits_asan", "waits_tsan"); }

Server waiting(const std::string& build, const std::string& kind) {
    return Program(build).listen({kind});
}

/// What a test is told whose program waits in this way and never answers.
Failure failure_of_wait(const std::string& build, const std::string& kind) {
    return failure_of([&] {
        auto server = waiting(build, kind);
        auto client = server.connect();
        client.send("hello");
        client.expect("answer");
    });
}

/// Those that go on by themselves after a while, and then answer.
constexpr std::array awake{"poll-limit", "select-limit",  "epoll-limit", "sleep",
                           "recv-limit", "accept-limit",  "timer",       "alarm",
                           "join-sleep", "sigwait-alarm", "child-alarm", "condition-limit",
                           "hand-over",  "child-pipe",    "file-lock",   "compute"};

struct Case {
    const char* kind;
    const char* call;      ///< as the student reads it
    const char* function;  ///< of the student's in which it is
};

/// Those that wait for input for ever.
constexpr std::array for_input{Case{"accept", "accept on descriptor", "in_accept"},
                               Case{"recv", "recv on descriptor", "in_recv"},
                               Case{"recvmsg", "recvmsg on descriptor", "in_recvmsg"},
                               Case{"read", "read on descriptor", "in_read"},
                               Case{"recv-of-all", "recv on descriptor", "in_recv_of_all"},
                               Case{"low-water", "recv on descriptor", "in_recv"},
                               Case{"poll", "poll", "in_poll"},
                               Case{"ppoll", "ppoll", "in_ppoll"},
                               Case{"select", "select", "in_select"},
                               Case{"epoll", "epoll_wait", "in_epoll"},
                               Case{"epoll-edge", "epoll_wait", "in_epoll"},
                               Case{"join", "recv on descriptor", "in_recv"},
                               Case{"pipe", "read on descriptor", "in_pipe_to_itself"},
                               Case{"eventfd", "read on descriptor", "in_eventfd"},
                               Case{"signalfd", "read on descriptor", "in_signalfd"},
                               Case{"disarmed-timer", "recv on descriptor", "in_recv"},
                               Case{"open-file", "recv on descriptor", "in_recv"},
                               Case{"child", "recv on descriptor", "in_recv"}};

/// Those that are stuck in something else. Without symbols of libc's own a semaphore has no name.
constexpr std::array for_others{Case{"full-pipe", "write on descriptor", "in_full_pipe"},
                                Case{"mutex", "a mutex", "in_mutex"},
                                Case{"two-mutexes", "a mutex", "in_two_mutexes"},
                                Case{"condition", "a condition variable", "in_condition"},
                                Case{"join-of-sleeper", "a condition variable", "in_condition"},
                                Case{"semaphore", "", "in_semaphore"},
                                Case{"future", "a future", "in_future"},
                                Case{"barrier", "a barrier", "in_barrier"},
                                Case{"sigwait", "sigwait", "in_sigwait"},
                                Case{"pause", "pause", "in_pause"}};

std::pair<std::chrono::milliseconds, std::string> time_to_tell(const std::string& build,
                                                               const std::string& kind) {
    auto server = waiting(build, kind);
    auto client = server.connect();
    client.send("hello");
    const auto start = std::chrono::steady_clock::now();
    (void)failure_of([&] { client.expect("answer"); });
    const auto took = std::chrono::steady_clock::now() - start;
    return {std::chrono::duration_cast<std::chrono::milliseconds>(took), build + ' ' + kind};
}

void expect_stuck(const Case& expected, Verdict verdict) {
    const std::string build = any_build();
    INFO(build << ' ' << expected.kind);
    const Failure failure = failure_of_wait(build, expected.kind);
    INFO(failure.says);
    CHECK(failure.verdict == verdict);
    CHECK_THAT(failure.says, ContainsSubstring("nothing more can come"));
    CHECK_THAT(failure.says, ContainsSubstring(std::string("it waits in ") + expected.call));
    CHECK_THAT(failure.says,
               ContainsSubstring(std::string(", in ") + expected.function + ", waits.cpp:"));
}

}  // namespace

TEST_CASE("a program that waits for input is NO_REPLY, at once, with its line", "[waits]") {
    expect_stuck(GENERATE(from_range(for_input)), Verdict::no_reply);
}

TEST_CASE("a program that is stuck otherwise is a HANG, at once, with its line", "[waits]") {
    expect_stuck(GENERATE(from_range(for_others)), Verdict::hang);
}

// Hidden: a measurement, harness_tests '[bench]'.
TEST_CASE("how long it takes to tell that a program is stuck", "[.bench]") {
    std::vector<std::pair<std::chrono::milliseconds, std::string>> took;
    for (const char* build : {"waits", "waits_asan", "waits_tsan"}) {
        for (const Case& stuck : for_input) took.push_back(time_to_tell(build, stuck.kind));
        for (const Case& stuck : for_others) took.push_back(time_to_tell(build, stuck.kind));
    }
    std::sort(took.begin(), took.end());
    WARN("median " << took[took.size() / 2].first.count() << " ms, slowest "
                   << took.back().first.count() << " ms (" << took.back().second << ')');
}

TEST_CASE("an answer that comes by itself is waited for", "[waits]") {
    const std::string build = any_build();
    const std::string kind = GENERATE(from_range(awake));
    INFO(build << ' ' << kind);
    auto server = waiting(build, kind);
    auto client = server.connect();
    client.send("hello");
    client.expect("late");
}

// Nagle's algorithm keeps the second half back until the first one is acknowledged, up to 40 ms
// later: both programs sleep meanwhile, and none of the test's own sockets knows of it.
TEST_CASE("what one program sends to another is on its way, too", "[waits]") {
    auto server = toy_server("answers-in-halves");
    Process client(
        {.name = "toy", .arguments = {"asks-often", std::to_string(server.address().port())}});
    for (int i = 0; i < 30; ++i) client.expect_output("hello\n");
}

TEST_CASE("two programs that wait for each other are stuck", "[waits]") {
    const Failure failure = failure_of([] {
        auto server = toy_server("silent");
        Process client(
            {.name = "toy", .arguments = {"asks-often", std::to_string(server.address().port())}});
        client.expect_output("hello\n");
    });
    CHECK(failure.verdict == Verdict::no_reply);
    CHECK_THAT(failure.says, ContainsSubstring("it waits in "));
}

// Hidden, since it takes minutes: harness_tests '[soak]', beside a load such as stress-ng --cpu 4.
TEST_CASE("no right program is called stuck in 20,000 looks", "[.soak]") {
    const std::size_t before = current_run().looks();
    while (current_run().looks() - before < 20'000) {
        for (const char* build : {"waits", "waits_asan", "waits_tsan"}) {
            for (const char* kind : awake) {
                INFO(build << ' ' << kind);
                auto server = waiting(build, kind);
                auto client = server.connect();
                for (int i = 0; i < 5; ++i) {
                    client.send("hello");
                    client.expect("late");
                }
            }
        }
    }
}

TEST_CASE("a program that spins is BUSY, with its line", "[waits]") {
    const std::string build = any_build();
    const std::string kind = GENERATE("spin", "spin-recv", "spin-yield");
    INFO(build << ' ' << kind);
    const Failure failure = failure_of_wait(build, kind);
    CHECK(failure.verdict == Verdict::busy);
    CHECK_THAT(failure.says, ContainsSubstring("waits.cpp:"));
}

TEST_CASE("a program that sends to somebody who does not read is a HANG, at once", "[waits]") {
    const std::string build = any_build();
    INFO(build);
    const Failure failure = failure_of([&] {
        auto server = waiting(build, "send");
        auto deaf = server.connect();
        auto other = server.connect();
        CHECK(deaf.send_until_blocked(bytes("hello")) == 5);
        other.expect("answer");
    });
    CHECK(failure.verdict == Verdict::hang);
    CHECK_THAT(failure.says, ContainsSubstring("nothing more can come"));
    CHECK_THAT(failure.says, ContainsSubstring("(the client), in in_send, waits.cpp:"));
}

TEST_CASE("a program whose connection is not taken is a HANG in connect", "[waits]") {
    const std::string build = any_build();
    INFO(build);
    const auto full = net::TcpListener::bind("127.0.0.1", "0", {.backlog = 0});
    const auto queued = net::TcpStream::connect(full.local_address());
    const Failure failure = failure_of([&] {
        auto server =
            Program(build).listen({"connect", std::to_string(full.local_address().port())});
        auto client = server.connect();
        client.send("hello");
        client.expect("answer");
    });
    CHECK(failure.verdict == Verdict::hang);
    CHECK_THAT(failure.says, ContainsSubstring("it waits in connect on descriptor"));
    CHECK_THAT(failure.says, ContainsSubstring(", in in_connect, waits.cpp:"));
}

TEST_CASE("a program that waits for what is typed is NO_REPLY, at once", "[waits]") {
    const Failure failure = failure_of([] {
        Process process({.name = any_build(), .arguments = {"stdin"}, .input = true});
        process.expect_output("answer");
    });
    CHECK(failure.verdict == Verdict::no_reply);
    CHECK_THAT(failure.says, ContainsSubstring("it waits in read on descriptor 0"));
    CHECK_THAT(failure.says, ContainsSubstring(", in in_stdin, waits.cpp:"));
}

TEST_CASE("a program that is stopped is not called stuck", "[waits]") {
    auto server = waiting("waits", "recv");
    auto client = server.connect();
    server.process().suspend();
    client.send("hello");
    CHECK(wait_until([] { return false; }, Deadline(std::chrono::milliseconds(300))) ==
          Waited::deadline);
    server.process().resume();
}

TEST_CASE("a program whose first thread has ended is still there", "[waits]") {
    auto server = toy_server("first-thread-ends");
    auto client = server.connect();
    for (int i = 0; i < 20; ++i) {
        client.send("hello");
        client.expect("hello");
        client.expect_open();
    }
    CHECK_FALSE(server.process().observe().processes.empty());
    const auto failure = failure_of([&] { server.process().expect_exit(0); });
    CHECK_THAT(failure.says, ContainsSubstring("goes on running"));
}
