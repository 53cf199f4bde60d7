#include "net/io.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace std::literals;

namespace {

/// Takes at most `limit` bytes a call.
struct NarrowSink {
    std::size_t limit;
    std::string received = {};
    int calls = 0;

    std::size_t send_some(std::span<const std::byte> data) {
        ++calls;
        const auto taken = data.first(std::min(limit, data.size()));
        received += net::as_text(taken);
        return taken.size();
    }
};

/// Gives `content` in pieces of at most `limit` bytes, then the end of the stream.
struct NarrowSource {
    std::size_t limit;
    std::string_view content;

    std::size_t recv_some(std::span<std::byte> buffer) {
        const auto given = content.substr(0, std::min(limit, buffer.size()));
        std::ranges::copy(net::as_bytes(given), buffer.begin());
        content.remove_prefix(given.size());
        return given.size();
    }
};

/// Gives or takes one byte, then fails.
struct BreakingStream {
    int calls = 0;

    std::size_t one_byte_then_failure() {
        if (++calls > 1) throw std::runtime_error("broken");
        return 1;
    }
    std::size_t recv_some(std::span<std::byte> /*buffer*/) { return one_byte_then_failure(); }
    std::size_t send_some(std::span<const std::byte> /*data*/) { return one_byte_then_failure(); }
};

static_assert(net::ByteSink<NarrowSink> && !net::ByteSource<NarrowSink>);
static_assert(net::ByteSource<NarrowSource> && !net::ByteSink<NarrowSource>);
static_assert(!net::ByteSource<std::string> && !net::ByteSink<int>);

}  // namespace

TEST_CASE("send_all writes everything, however little is taken at a time", "[io]") {
    NarrowSink sink{.limit = GENERATE(1U, 3U, 11U, 12U, 100U)};
    net::send_all(sink, net::as_bytes("twelve bytes"));
    CHECK(sink.received == "twelve bytes");
}

TEST_CASE("send_all of nothing calls nothing", "[io]") {
    NarrowSink sink{.limit = 1};
    net::send_all(sink, {});
    CHECK(sink.calls == 0);
}

TEST_CASE("recv_exactly fills the buffer, however little comes at a time", "[io]") {
    NarrowSource source{.limit = GENERATE(1U, 3U, 11U, 12U, 100U), .content = "twelve bytes, more"};
    std::array<std::byte, 12> buffer{};
    CHECK(net::recv_exactly(source, buffer) == 12);
    CHECK(net::as_text(buffer) == "twelve bytes");
    CHECK(source.content == ", more");
}

TEST_CASE("recv_exactly returns less than asked for", "[io]") {
    std::array<std::byte, 12> buffer{};

    SECTION("when the stream ends in the middle") {
        NarrowSource source{.limit = GENERATE(1U, 2U, 100U), .content = "five5"};
        REQUIRE(net::recv_exactly(source, buffer) == 5);
        CHECK(net::as_text(std::span(buffer).first(5)) == "five5");
    }
    SECTION("when it is at its end: nothing") {
        NarrowSource source{.limit = 1, .content = ""};
        CHECK(net::recv_exactly(source, buffer) == 0);
    }
}

TEST_CASE("recv_exactly into no room reads nothing", "[io]") {
    NarrowSource source{.limit = 1, .content = "x"};
    CHECK(net::recv_exactly(source, {}) == 0);
    CHECK(source.content == "x");
}

TEST_CASE("composed operations pass a failure on", "[io]") {
    BreakingStream stream;
    std::array<std::byte, 4> buffer{};
    CHECK_THROWS_AS(net::send_all(stream, buffer), std::runtime_error);
    stream.calls = 0;
    CHECK_THROWS_AS(net::recv_exactly(stream, buffer), std::runtime_error);
}

TEST_CASE("text becomes bytes and text again, NULs and all", "[io]") {
    const auto text = "a\0b\xff"sv;
    CHECK(net::as_bytes(text).size() == 4);
    CHECK(net::as_bytes(text)[3] == std::byte{0xff});
    CHECK(net::as_text(net::as_bytes(text)) == text);
    CHECK(net::as_text({}).empty());
}
