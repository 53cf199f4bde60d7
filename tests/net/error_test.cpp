#include "net/error.hpp"

#include <netdb.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <deque>
#include <string_view>
#include <system_error>

namespace {

/// Plays a system call that fails with each of `errors` and then returns 7.
struct FailingCall {
    std::deque<int> errors;
    int calls = 0;

    int operator()() {
        ++calls;
        if (errors.empty()) return 7;
        errno = errors.front();
        errors.pop_front();
        return -1;
    }
};

}  // namespace

TEST_CASE("throw_errno names the call and the reason", "[error]") {
    CHECK_THROWS_WITH((errno = ENOENT, net::throw_errno("open")),
                      "open: No such file or directory");
    CHECK_THROWS_WITH(net::throw_errno(ECONNREFUSED, "connect 127.0.0.1:1"),
                      "connect 127.0.0.1:1: Connection refused");
}

TEST_CASE("an error can be compared with std::errc", "[error]") {
    try {
        net::throw_errno(ECONNREFUSED, "connect");
    } catch (const std::system_error& e) {
        CHECK(e.code() == std::errc::connection_refused);
    }
}

TEST_CASE("check passes a result through", "[error]") {
    CHECK(net::check(0, "call") == 0);
    CHECK(net::check(ssize_t{42}, [] { return std::string("call"); }) == 42);
}

TEST_CASE("check throws errno for -1", "[error]") {
    errno = EACCES;
    CHECK_THROWS_WITH(net::check(-1, "bind"), "bind: Permission denied");
}

TEST_CASE("check asks for a description", "[error]") {
    bool asked = false;
    const auto describe = [&] {
        asked = true;
        errno = ENOMEM;  // as building a text may do
        return std::string("open /secret");
    };

    SECTION("never after a success") {
        net::check(0, describe);
        CHECK_FALSE(asked);
    }
    SECTION("once errno is read") {
        errno = EACCES;
        CHECK_THROWS_WITH(net::check(-1, describe), "open /secret: Permission denied");
    }
}

TEST_CASE("retry_on_eintr repeats a call", "[error]") {
    SECTION("for as long as signals interrupt it") {
        FailingCall call{.errors = {EINTR, EINTR, EINTR}};
        CHECK(net::retry_on_eintr([&] { return call(); }) == 7);
        CHECK(call.calls == 4);
    }
    SECTION("but not after any other error") {
        FailingCall call{.errors = {EINTR, EAGAIN}};
        CHECK(net::retry_on_eintr([&] { return call(); }) == -1);
        CHECK(call.calls == 2);
        CHECK(errno == EAGAIN);
    }
}

TEST_CASE("resolver errors have a category and texts of their own", "[error]") {
    const std::error_code unknown(EAI_NONAME, net::resolver_category());
    CHECK(unknown.category().name() == std::string_view("resolver"));
    CHECK(unknown.message() == ::gai_strerror(EAI_NONAME));
    CHECK(unknown != std::error_code(EAI_NONAME, std::system_category()));
    CHECK(&net::resolver_category() == &unknown.category());
}
