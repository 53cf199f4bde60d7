#include "harness/run/bytes.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "harness/run/test_run.hpp"
#include "net/io.hpp"

using namespace harness;

TEST_CASE("random bytes depend on the seed and the test alone", "[bytes]") {
    TestRun& run = current_run();
    run.begin("a test", 1);
    const Bytes first = random_bytes(100);
    run.begin("a test", 1);
    CHECK(random_bytes(100) == first);
    run.begin("a test", 2);
    CHECK(random_bytes(100) != first);
    run.begin("another test", 1);
    CHECK(random_bytes(100) != first);
}

TEST_CASE("random bytes have the values that programs stumble over", "[bytes]") {
    const Bytes data = random_bytes(100);
    CHECK(data.at(0) != std::byte{0});
    CHECK(data.at(1) == std::byte{0});
    CHECK(data.at(50) == std::byte{0xff});
    CHECK(data.at(99) == std::byte{0});
    CHECK(random_bytes(0).empty());
    CHECK(random_bytes(1).size() == 1);
}

TEST_CASE("quote shows every byte in printable ASCII", "[bytes]") {
    CHECK(quote(bytes("a b")) == "\"a b\"");
    CHECK(quote(net::as_bytes(std::string_view("\0\n\r\t\"\\\x7f\xff", 8))) ==
          R"("\x00\n\r\t\"\\\x7f\xff")");
    CHECK(quote(bytes("")) == "\"\"");
}

TEST_CASE("quote leaves out the middle of what is long", "[bytes]") {
    CHECK(quote(bytes("abcdefgh"), 8) == "\"abcdefgh\"");
    CHECK(quote(bytes("abcdefghi"), 8) == "\"abcd\" … \"fghi\"");
}

TEST_CASE("a count of bytes is readable", "[bytes]") {
    CHECK(count_of_bytes(0) == "0 bytes");
    CHECK(count_of_bytes(1) == "1 byte");
    CHECK(count_of_bytes(999) == "999 bytes");
    CHECK(count_of_bytes(1000) == "1,000 bytes");
    CHECK(count_of_bytes(1048576) == "1,048,576 bytes");
}

TEST_CASE("printable text cannot steer a terminal", "[bytes]") {
    CHECK(printable("tab\tand\nline") == "tab\tand\nline");
    CHECK(printable("\x1b[2J\r\x7f") == "\\x1b[2J\\x0d\\x7f");
    CHECK(printable("grün €") == "grün €");
    CHECK(printable("\xc2\x9b"
                    "2J") == "\\xc2\\x9b2J");  // CSI as one control character of C1
    CHECK(printable("\xff\xc3") == "\\xff\\xc3");
    CHECK(printable("\xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80") ==
          "\\xc0\\x80 \\xed\\xa0\\x80 \\xf4\\x90\\x80\\x80");
}
