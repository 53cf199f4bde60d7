#include "runner/watch/keys.hpp"

#include <catch2/catch_test_macros.hpp>

using runner::Key;
using runner::keys_in;
using Keys = std::vector<Key>;

TEST_CASE("a letter is a key, large or small", "[watch]") {
    CHECK(keys_in("nhlq") == Keys{Key::next, Key::hint, Key::list, Key::quit});
    CHECK(keys_in("NHLQ") == Keys{Key::next, Key::hint, Key::list, Key::quit});
    CHECK(keys_in(" \r\n") == Keys{Key::test, Key::test, Key::test});
}

TEST_CASE("a key that sends several bytes is one key", "[watch]") {
    CHECK(keys_in("\033[A\033[B\033OA") == Keys{Key::up, Key::down, Key::up});
    CHECK(keys_in("\033[5~n\033[6~") == Keys{Key::page_up, Key::next, Key::page_down});
    CHECK(keys_in("\033[1;5Cx") == Keys{Key::unknown, Key::unknown});
    CHECK(keys_in("ü") == Keys{Key::unknown});
    CHECK(keys_in("\033[") == Keys{Key::unknown});
}

TEST_CASE("escape alone is a key", "[watch]") {
    CHECK(keys_in("\033") == Keys{Key::back});
    CHECK(keys_in("").empty());
}
