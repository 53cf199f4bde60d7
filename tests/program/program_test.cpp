#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

#include "program/announce.hpp"
#include "program/client_options.hpp"
#include "program/server_options.hpp"
#include "program/todo.hpp"

using Catch::Matchers::ContainsSubstring;

namespace {

struct Ended {
    int status = -1;
    std::string out;
    std::string err;
};

std::string read_all(int fd) {
    std::string text;
    std::array<char, 256> buffer{};
    for (ssize_t n = 0; (n = ::read(fd, buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(n));
    ::close(fd);
    return text;
}

/// Runs `body` in a process of its own: what it prints, and its exit status (its result, unless it
/// exits).
Ended in_a_process(const std::function<int()>& body) {
    int out[2];
    int err[2];
    REQUIRE(::pipe(out) == 0);
    REQUIRE(::pipe(err) == 0);
    std::cout << std::flush;
    const pid_t pid = ::fork();
    REQUIRE(pid != -1);
    if (pid == 0) {
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        const int status = body();
        std::cout << std::flush;
        ::_exit(status);
    }
    ::close(out[1]);
    ::close(err[1]);
    Ended ended;
    ended.out = read_all(out[0]);
    ended.err = read_all(err[0]);
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ended;
}

/// Parses arguments and prints what came of them.
Ended parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "/somewhere/toy_server");
    return in_a_process([&] {
        const auto options = program::parse_server_options(static_cast<int>(arguments.size()),
                                                           arguments.data(), "A toy.", 5050);
        std::cout << options.host << ' ' << options.port;
        std::cout << std::flush;
        return 7;
    });
}

/// The same for a client.
Ended parse_of_client(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "/somewhere/toy_client");
    return in_a_process([&] {
        const auto options = program::parse_client_options(static_cast<int>(arguments.size()),
                                                           arguments.data(), "A toy.", 5050);
        std::cout << options.host << ' ' << options.port << std::flush;
        return 7;
    });
}

/// The same for a client that can be told more.
Ended parse_more(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "/somewhere/toy_client");
    return in_a_process([&] {
        std::uint32_t count = 4;
        bool often = false;
        const auto options = program::parse_client_options(
            static_cast<int>(arguments.size()), arguments.data(), "A toy.", 5050,
            {.numbers = {{"--count", "how many", 1, 1'000'000, &count}},
             .flags = {{"--often", "very often", &often}}});
        std::cout << count << (often ? " true " : " false ") << options.port << std::flush;
        return 7;
    });
}

}  // namespace

TEST_CASE("a server without arguments listens on 127.0.0.1 and its own port", "[server_options]") {
    const auto ended = parse({});
    CHECK(ended.out == "127.0.0.1 5050");
    CHECK(ended.status == 7);
}

TEST_CASE("host and port are taken as they are given", "[server_options]") {
    CHECK(parse({"--host", "::1", "--port", "0"}).out == "::1 0");
    CHECK(parse({"--port", "65535", "--host", "localhost"}).out == "localhost 65535");
    CHECK(parse({"--port=80"}).out == "127.0.0.1 80");
}

TEST_CASE("asked for help, a server prints its use on stdout and ends with 0", "[server_options]") {
    const auto ended = parse({"--help"});
    CHECK(ended.status == 0);
    CHECK_THAT(ended.out, ContainsSubstring("toy_server") && ContainsSubstring("--port"));
    CHECK(ended.err.empty());
}

TEST_CASE("a port that is none is wrong use", "[server_options]") {
    const char* port = GENERATE("", "http", "-1", "0x50", "80abc", " 80", "80 ", "+80", "65536",
                                "70000", "99999999999999999999", "1e3");
    const auto ended = parse({"--port", port});
    INFO("port \"" << port << '"');
    CHECK(ended.status == 2);
    CHECK(ended.out.empty());
    CHECK_THAT(ended.err, ContainsSubstring("toy_server: ") && ContainsSubstring("--host"));
}

TEST_CASE("unknown, missing and stray arguments are wrong use", "[server_options]") {
    CHECK(parse({"--prot", "80"}).status == 2);
    CHECK(parse({"--port"}).status == 2);
    CHECK(parse({"5050"}).status == 2);
    CHECK_THAT(parse({"--prot", "80"}).err, ContainsSubstring("--prot"));
}

TEST_CASE("an empty host is wrong use", "[server_options]") {
    CHECK(parse({"--host", ""}).status == 2);
}

TEST_CASE("a client has the same arguments, but must have a port", "[client_options]") {
    CHECK(parse_of_client({}).out == "127.0.0.1 5050");
    CHECK(parse_of_client({"--host", "::1", "--port", "1"}).out == "::1 1");
    CHECK(parse_of_client({"--help"}).status == 0);
    const auto ended = parse_of_client({"--port", "0"});
    CHECK(ended.status == 2);
    CHECK_THAT(ended.err, ContainsSubstring("from 1 to 65535"));
}

TEST_CASE("a client may have numbers and flags of its own", "[client_options]") {
    CHECK(parse_more({}).out == "4 false 5050");
    CHECK(parse_more({"--count", "1", "--port", "80"}).out == "1 false 80");
    CHECK(parse_more({"--often", "--count", "1000000"}).out == "1000000 true 5050");
    CHECK_THAT(parse_more({"--help"}).out,
               ContainsSubstring("--count") && ContainsSubstring("how many") &&
                   ContainsSubstring("4") && ContainsSubstring("--often"));
}

TEST_CASE("a number out of its limits is wrong use", "[client_options]") {
    const char* count = GENERATE("", "0", "-1", "1000001", "4294967297", "99999999999999999999",
                                 "4x", "0x4", "+4", " 4", "four");
    const auto ended = parse_more({"--count", count});
    INFO("count \"" << count << '"');
    CHECK(ended.status == 2);
    CHECK(ended.out.empty());
    CHECK_THAT(ended.err, ContainsSubstring("--count: it has to be a number from 1 to 1000000"));
}

TEST_CASE("announce prints an address as it can be typed", "[announce]") {
    SECTION("IPv4") {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(40123);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const auto ended = in_a_process([&] {
            program::announce(reinterpret_cast<const sockaddr*>(&address), sizeof address);
            return 0;
        });
        CHECK(ended.out == "listening on 127.0.0.1:40123\n");
    }
    SECTION("IPv6") {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(40123);
        address.sin6_addr = in6addr_loopback;
        const auto ended = in_a_process([&] {
            program::announce(reinterpret_cast<const sockaddr*>(&address), sizeof address);
            return 0;
        });
        CHECK(ended.out == "listening on [::1]:40123\n");
    }
}

TEST_CASE("announce flushes the line, also to a pipe", "[announce]") {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    const auto ended = in_a_process([&]() -> int {
        program::announce(reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::_exit(0);  // flushes nothing
    });
    CHECK(ended.out == "listening on 0.0.0.0:0\n");
}

TEST_CASE("announce refuses what is no internet address", "[announce]") {
    const sockaddr address{};
    CHECK_THROWS_AS(program::announce(&address, sizeof address), std::invalid_argument);
}

TEST_CASE("TODO says once a place that a stage is not written", "[todo]") {
    const auto ended = in_a_process([] {
        const int operand = 1;
        for (int i = 0; i < 3; ++i) TODO("listen", operand, i);
        TODO("echo-once");
        return 0;
    });
    CHECK_THAT(ended.err, ContainsSubstring("stage listen is not written yet") &&
                              ContainsSubstring("program_test.cpp:"));
    CHECK_THAT(ended.err, ContainsSubstring("stage echo-once is not written yet"));
    CHECK(std::count(ended.err.begin(), ended.err.end(), '\n') == 2);
}
