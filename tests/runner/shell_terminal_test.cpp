#include "runner/verify/commands/shell_terminal.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "temp_dir.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using runner::ShellTerminal;
using runner_test::TempDir;

namespace {

class Shell {
public:
    ShellTerminal* operator->() { return &terminal_; }

private:
    TempDir folder_;
    ShellTerminal terminal_{ShellTerminal::shell(), folder_.path()};
};

}  // namespace

TEST_CASE("a command's output and exit status are known at the next prompt", "[terminal]") {
    Shell shell;
    shell->begin();
    shell->type("echo hello; (exit 7)");
    CHECK(shell->await_prompt());
    CHECK(shell->printed() == "hello\n");
    CHECK(shell->status() == 7);
}

TEST_CASE("a command of several lines is asked for to its end", "[terminal]") {
    Shell shell;
    shell->begin();
    shell->type("printf 'one");
    CHECK_FALSE(shell->await_prompt());
    shell->type("two'");
    CHECK(shell->await_prompt());
    CHECK(shell->printed() == "one\ntwo\n");
}

TEST_CASE("what waits for input is at rest, and ends at Ctrl-C", "[terminal]") {
    Shell shell;
    shell->type("cat");
    CHECK_FALSE(shell->await_rest());
    shell->type("Ctrl-C");
    CHECK(shell->await_prompt());
    CHECK(shell->status() == 130);
}

TEST_CASE("what was stopped with Ctrl-Z goes on with fg", "[terminal]") {
    Shell shell;
    shell->type("cat");
    CHECK_FALSE(shell->await_rest());
    shell->type("Ctrl-Z");
    CHECK(shell->await_rest());
    shell->type("fg");
    CHECK_FALSE(shell->await_rest());
    shell->begin();
    shell->type("hello");
    CHECK_FALSE(shell->await_rest());
    CHECK(shell->printed() == "hello\n");
}

TEST_CASE("what only lets time pass is not at rest", "[terminal]") {
    Shell shell;
    shell->begin();
    shell->type("(sleep 0.7; echo done; cat)");
    CHECK_FALSE(shell->await_rest());
    CHECK(shell->printed() == "done\n");
}

TEST_CASE("a command that waits for ever is told, with what it has printed", "[terminal]") {
    Shell shell;
    shell->type("echo waiting; cat");
    CHECK_THROWS_MATCHES(shell->await_prompt(), std::runtime_error,
                         MessageMatches(ContainsSubstring("does not end by itself:\nwaiting")));
}

TEST_CASE("a shell that ends is told", "[terminal]") {
    Shell shell;
    shell->type("exit 3");
    CHECK_THROWS_MATCHES(shell->await_prompt(), std::runtime_error,
                         MessageMatches(ContainsSubstring("the shell has ended")));
}
