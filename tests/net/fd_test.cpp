#include "net/fd.hpp"

#include <fcntl.h>

#include <catch2/catch_test_macros.hpp>
#include <type_traits>
#include <utility>

#include "descriptors.hpp"

using net_tests::is_open;
using net_tests::open_descriptors;

namespace {

static_assert(!std::is_copy_constructible_v<net::Fd> && !std::is_copy_assignable_v<net::Fd>);
static_assert(std::is_nothrow_move_constructible_v<net::Fd>);
static_assert(std::is_nothrow_move_assignable_v<net::Fd>);
static_assert(!std::is_convertible_v<int, net::Fd>);

net::Fd open_something() {
    net::Fd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    REQUIRE(fd);
    return fd;
}

}  // namespace

TEST_CASE("an Fd closes its descriptor", "[fd]") {
    const auto before = open_descriptors();
    int number = -1;

    SECTION("when it is destroyed") {
        const net::Fd fd = open_something();
        number = fd.get();
        CHECK(is_open(number));
    }
    SECTION("when it is reset") {
        net::Fd fd = open_something();
        number = fd.get();
        fd.reset();
        CHECK(fd.get() == -1);
        CHECK_FALSE(fd);
    }
    SECTION("when it is given another one") {
        net::Fd fd = open_something();
        number = fd.get();
        fd = net::Fd();
    }
    CHECK_FALSE(is_open(number));
    CHECK(open_descriptors() == before);
}

TEST_CASE("a moved-from Fd is empty and its descriptor stays open", "[fd]") {
    net::Fd first = open_something();
    const net::Fd& moved_from = first;
    const int number = first.get();
    const net::Fd second = std::move(first);
    CHECK(moved_from.get() == -1);
    CHECK(second.get() == number);
    CHECK(is_open(number));
}

TEST_CASE("move assignment hands a descriptor over and closes the old one", "[fd]") {
    net::Fd first = open_something();
    const net::Fd& moved_from = first;
    const int number = first.get();
    net::Fd second = open_something();
    const int old = second.get();
    second = std::move(first);
    CHECK(moved_from.get() == -1);
    CHECK(second.get() == number);
    CHECK(is_open(number));
    CHECK_FALSE(is_open(old));
}

TEST_CASE("an Fd moved to itself keeps its descriptor", "[fd]") {
    net::Fd fd = open_something();
    const int number = fd.get();
    net::Fd& same = fd;
    fd = std::move(same);
    CHECK(fd.get() == number);
    CHECK(is_open(number));
}

TEST_CASE("release gives up a descriptor without closing it", "[fd]") {
    net::Fd fd = open_something();
    const int number = fd.release();
    CHECK(fd.get() == -1);
    CHECK(is_open(number));
    ::close(number);
}

TEST_CASE("an Fd never closes a number twice, which may be another's by then", "[fd]") {
    net::Fd first = open_something();
    net::Fd& moved_from = first;
    const int number = first.get();
    net::Fd second = std::move(first);
    second.reset();

    const net::Fd stranger = open_something();
    REQUIRE(stranger.get() == number);  // the kernel gives the lowest number that is free
    moved_from.reset();
    second.reset();
    second = net::Fd();
    CHECK(is_open(stranger.get()));
}
