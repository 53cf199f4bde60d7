// `lab watch` as a student uses it: in a terminal, and without one.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "runner/machine/subprocess.hpp"
#include "terminal_window.hpp"
#include "toy_checkout.hpp"
#include "waiting.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using nlohmann::json;
using runner_test::comes_true;
using runner_test::is_gone;
using runner_test::read_file;
using runner_test::TerminalWindow;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

/// A program that passes every stage of the server.
std::string right_server() {
    return "#!/bin/sh\nexec " LAB_BUILD "/solutions/01-tcp-echo/echo_server \"$@\"\n";
}

/// One that listens, but gives back something else, and says much about it.
std::string wrong_server() {
    std::string text = read_file(fs::path(LAB_SOURCE) / "tests" / "submissions" / "01-tcp-echo" /
                                 "right" / "python" / "echo_server");
    text.replace(0, text.find('\n'), "#!/usr/bin/python3 -IS");  // it starts sooner so
    const std::string sending = "connection.sendall(data)";
    text.replace(text.find(sending), sending.size(),
                 "[print(f'line {i} of what I saw', file=sys.stderr, flush=True) for i in "
                 "range(40)]; connection.sendall(b'?' * len(data))");
    return text;
}

/// One that ends at once, with this status.
std::string ending_server(int status) { return "#!/bin/sh\nexit " + std::to_string(status) + '\n'; }

/// A student at a terminal, in a checkout where the program is a script.
class Student {
public:
    explicit Student(const std::string& program, std::size_t columns = 80, std::size_t rows = 24)
        : window_({"LAB_ROOT=" + checkout_.root().string()}, columns, rows) {
        fs::copy_file(checkout_.lab() / "starter" / "echo_client.cpp",
                      checkout_.lab() / "echo_client.cpp");
        checkout_.use_script(program);
        settings_ = window_.settings();
    }

    void watch(const std::string& before = "") const {
        window_.type(before + "sh -c 'echo $$ >" + pid_file().string() +
                     "; exec " LAB_BUILD "/lab watch'");
    }

    void save(const std::string& program) const { write_file(checkout_.student_file(), program); }

    /// A program that hangs, and will not be ended by good words. Returns when it runs.
    [[nodiscard]] pid_t save_hanging_program() const {
        fs::remove(told());
        save(hanging_server());
        REQUIRE(comes_true([&] { return fs::exists(told()); }));
        return std::stoi(read_file(told()));
    }

    [[nodiscard]] std::string hanging_server() const {
        return "#!/bin/sh\ntrap '' TERM INT HUP\necho $$ >'" + told().string() + ".new'; mv '" +
               told().string() + ".new' '" + told().string() + "'\nwhile :; do :; done\n";
    }

    /// Says that stages have passed before.
    void has_passed(const std::vector<std::string>& stages) const {
        json progress{{"version", 1}, {"labs", {{"01-tcp-echo", json::object()}}}};
        for (const std::string& stage : stages) {
            progress["labs"]["01-tcp-echo"][stage] = {{"passed", true},
                                                      {"passed_once", true},
                                                      {"verdict", "PASS"},
                                                      {"when", "2030-01-31T09:05:00Z"}};
        }
        write_file(checkout_.progress_file(), progress.dump());
    }

    /// Whether everything is as it was before, and nobody is left behind.
    [[nodiscard]] bool is_back_at_shell() const {
        return comes_true([&] { return window_.foreground() == "sh"; }) &&
               comes_true([&] { return window_.processes() == 0; }) &&
               window_.settings() == settings_;
    }

    [[nodiscard]] pid_t lab() const { return std::stoi(read_file(pid_file())); }
    [[nodiscard]] const TerminalWindow& window() const { return window_; }
    [[nodiscard]] const ToyCheckout& checkout() const { return checkout_; }
    [[nodiscard]] const std::string& settings() const { return settings_; }
    [[nodiscard]] bool sees(const std::string& text) const { return window_.comes_to_show(text); }
    void press(const std::string& key) const { window_.press({key}); }

private:
    [[nodiscard]] fs::path told() const { return checkout_.root() / "pid"; }
    [[nodiscard]] fs::path pid_file() const { return checkout_.root() / "lab.pid"; }

    ToyCheckout checkout_;
    TerminalWindow window_;
    std::string settings_;
};

constexpr const char* waits = "waiting for a save";

/// Whether the window comes to show a picture from its top, with what is never left out of it, and
/// with this.
bool shows_failure_with(const TerminalWindow& window, const std::string& more) {
    return comes_true([&] {
        const std::string text = window.text();
        const auto has = [&](const std::string& part) {
            return text.find(part) != std::string::npos;
        };
        return text.starts_with("✗ 1.2 Say it back") && has("WRONG_BYTES\n") &&
               has("\n  seen    byte 1 of ") && has("\n  means   accept") && has(more) &&
               window.bottom().starts_with(waits);
    });
}

}  // namespace

TEST_CASE("watch tests at the start, and again at every save", "[watch]") {
    const Student student(ending_server(7));
    student.watch();
    REQUIRE(student.sees("✗ 1.1 Open the door"));
    CHECK_THAT(student.window().text(), ContainsSubstring("exited with status 7"));
    CHECK(student.sees(waits));
    CHECK_THAT(student.window().bottom(), ContainsSubstring("n next  h hint  l list  q quit") &&
                                              ContainsSubstring("0/8 stages  0/100 points"));
    student.save(ending_server(8));
    CHECK(student.sees("status 8"));
    student.save(right_server());
    CHECK(student.sees("✓ 1.1 Open the door"));
    CHECK(student.sees("1/8 stages  10/100 points"));
    student.press("q");
    CHECK(student.is_back_at_shell());
}

TEST_CASE("watch copies the starter, and says so", "[watch]") {
    const ToyCheckout checkout;
    const TerminalWindow window({"LAB_ROOT=" + checkout.root().string()});
    window.type(LAB_BUILD "/lab watch 1");
    CHECK(window.comes_to_show("echo_server.cpp: copied from the starter; this file is yours"));
    CHECK(window.comes_to_show("write it at labs/01-tcp-echo/echo_server.cpp:"));
    CHECK_THAT(window.text(), ContainsSubstring("NOT_STARTED"));
}

TEST_CASE("a save during a run ends it, and is tested", "[watch]") {
    const Student student(ending_server(7));
    student.watch();
    REQUIRE(student.sees("status 7"));
    const std::string progress = read_file(student.checkout().progress_file());
    const pid_t hanging = student.save_hanging_program();
    CHECK(student.sees("testing 1.1"));
    CHECK_THAT(student.window().text(), ContainsSubstring("status 7"));  // until there is news
    SECTION("by another program") {
        student.save(right_server());
        CHECK(student.sees("✓ 1.1 Open the door"));
    }
    SECTION("by one that hangs, too") {
        const pid_t next = student.save_hanging_program();
        CHECK(next != hanging);
        CHECK_FALSE(is_gone(next));
        CHECK(read_file(student.checkout().progress_file()) == progress);
    }
    CHECK(comes_true([&] { return is_gone(hanging); }));
}

TEST_CASE("a save during a build ends it, and is built", "[watch]") {
    const Student student(ending_server(7));
    const fs::path begun = student.checkout().root() / "begun";
    // A build that never ends on its own, unless the program says how it ends.
    write_file(student.checkout().root() / "build" / "dev" / "build.ninja",
               "rule program\n  command = touch " + begun.string() +
                   "; while ! grep -q exit $in; do sleep 1000; done; install -m 755 $in $out\n"
                   "build labs/01-tcp-echo/echo_server: program " +
                   student.checkout().student_file().string() +
                   "\nbuild labs.01-tcp-echo: phony labs/01-tcp-echo/echo_server\n"
                   "build labs.01-tcp-echo.tests: phony\n");
    student.save("#!/bin/sh\n");
    student.watch();
    REQUIRE(comes_true([&] { return fs::exists(begun); }));
    CHECK_THAT(student.window().bottom(), StartsWith("building"));
    student.save(ending_server(9));
    CHECK(student.sees("status 9"));
    CHECK(student.sees(waits));
    CHECK(student.window().processes() == 1);  // nobody but lab
}

TEST_CASE("keys work during a run", "[watch]") {
    const Student student(ending_server(7));
    student.watch();
    REQUIRE(student.sees("status 7"));
    const pid_t hanging = student.save_hanging_program();
    const std::string key = GENERATE("l", "L");
    student.press(key);
    CHECK(student.sees("▸ 1.1 listen"));
    student.press("x");
    CHECK(student.sees("keys: n next  h hint  l list  q quit  Space tests again"));
    student.press("h");
    CHECK(student.sees("testing 1.1"));
    CHECK_THAT(student.window().text(), !ContainsSubstring("▸ 1.1 listen"));
    student.press("Escape");
    CHECK(student.sees("status 7"));
    CHECK_FALSE(is_gone(hanging));
    student.press("l");
    CHECK(student.sees("▸ 1.1 listen"));
    student.save(right_server());
    CHECK(student.sees("✓ 1.1 Open the door"));  // a save brings its verdict to the screen
    CHECK_THAT(student.window().text(), !ContainsSubstring("▸ 1.1 listen"));
}

TEST_CASE("Space and Enter test again", "[watch]") {
    const Student student("#!/bin/sh\nexit $(cat " LAB_BUILD
                          "/no-such-file 2>/dev/null || echo 5)\n");
    const fs::path told = student.checkout().root() / "status";
    write_file(told, "5\n");
    student.save("#!/bin/sh\nexit $(cat '" + told.string() + "')\n");
    student.watch();
    REQUIRE(student.sees("status 5"));
    write_file(told, "6\n");
    student.press("Space");
    CHECK(student.sees("status 6"));
    write_file(told, "7\n");
    student.press("Enter");
    CHECK(student.sees("status 7"));
}

TEST_CASE("watch never moves on by itself, and n does", "[watch]") {
    const Student student(right_server());
    student.watch();
    REQUIRE(student.sees("✓ 1.1 Open the door"));
    CHECK_THAT(student.window().text(), ContainsSubstring("next   1.2 echo-once") &&
                                            ContainsSubstring("then   n moves on to it"));
    student.save(ending_server(7));
    CHECK(student.sees("✗ 1.1 Open the door"));
    student.press("n");  // it has not passed: this one is read about
    student.save(right_server() + "\n");
    CHECK(student.sees("✓ 1.1 Open the door"));
    CHECK_THAT(student.window().text(), !ContainsSubstring("1.2 Say it back"));
    CHECK(student.sees("1/8 stages"));

    student.press("n");
    CHECK(student.sees("1.2 PASS"));
    CHECK(student.sees("2/8"));
    student.save(ending_server(7));
    CHECK(student.sees("✗ 1.2 Say it back"));
    CHECK(student.sees("✗ 1.1 Open the door"));
}

TEST_CASE("a stage that works no more is what one sees", "[watch]") {
    const Student student(ending_server(7) + "# TODO(\"echo-once\")\n");
    student.has_passed({"listen"});
    student.watch();
    REQUIRE(student.sees("works no more:\n✗ 1.1 Open the door"));
    CHECK_THAT(student.window().text(), ContainsSubstring("\n· 1.2 Say it back"));
}

TEST_CASE("the error of a build is what one sees", "[watch]") {
    const Student student(ending_server(7), 60, 12);
    write_file(student.checkout().root() / "build" / "dev" / "build.ninja",
               "rule program\n  command = cat $in; false\n"
               "build labs/01-tcp-echo/echo_server: program " +
                   student.checkout().student_file().string() +
                   "\nbuild labs.01-tcp-echo: phony labs/01-tcp-echo/echo_server\n"
                   "build labs.01-tcp-echo.tests: phony\n");
    std::string errors;
    for (int line = 1; line <= 30; ++line) {
        errors += "labs/01-tcp-echo/echo_server.cpp:" + std::to_string(line) +
                  ":5: error: 'retrun' was not declared in this scope\n    5 |\tretrun 0;\n";
    }
    student.save(errors);
    student.watch();
    REQUIRE(student.sees("✗ it does not build"));
    CHECK_THAT(student.window().text(),
               ContainsSubstring("echo_server.cpp:1:5: error: 'retrun' was") &&
                   ContainsSubstring("    5 |") && ContainsSubstring("29 more, often caused"));
    CHECK(student.sees(waits));
}

TEST_CASE("what matters of a failure is seen without scrolling", "[watch]") {
    const Student student(wrong_server());
    student.has_passed({"listen"});
    student.watch();
    CHECK(shows_failure_with(student.window(), "lines left out"));
    student.window().resize(40, 15);
    CHECK(shows_failure_with(student.window(), waits));
    student.window().resize(120, 60);
    CHECK(shows_failure_with(student.window(), "\n  again "));
    CHECK_THAT(student.window().text(), ContainsSubstring("\n  claim ") &&
                                            ContainsSubstring("line 39 of what I saw") &&
                                            !ContainsSubstring("lines left out"));
}

TEST_CASE("a long text begins at its top, and can be scrolled", "[watch]") {
    const Student student(ending_server(7), 80, 8);
    student.watch();
    REQUIRE(student.sees("✗ 1.1 Open the door"));
    student.press("l");
    CHECK(student.sees("Socket Lab"));
    CHECK(student.sees(" more"));
    student.press("NPage");
    student.press("NPage");
    student.press("NPage");
    CHECK(student.sees("then   ./lab test"));
    student.press("Up");
    CHECK(student.sees("↓ 1 more"));
    student.press("PPage");
    student.press("PPage");
    student.press("PPage");
    CHECK(student.sees("Socket Lab"));
}

TEST_CASE("whatever ends it, nothing is left, and the terminal is as before", "[watch]") {
    const Student student(ending_server(7));
    student.watch();
    REQUIRE(student.sees("status 7"));
    CHECK(student.window().settings() != student.settings());
    const std::string progress = read_file(student.checkout().progress_file());
    const bool in_the_middle = GENERATE(false, true);
    if (in_the_middle) CHECK_FALSE(is_gone(student.save_hanging_program()));

    const std::string way = GENERATE("q", "Q", "C-c", "TERM", "HUP");
    CAPTURE(way, in_the_middle);
    if (way == "TERM" || way == "HUP") {
        ::kill(student.lab(), way == "TERM" ? SIGTERM : SIGHUP);
    } else {
        student.press(way);
    }
    CHECK(student.is_back_at_shell());
    CHECK(read_file(student.checkout().progress_file()) == progress);
    student.window().type("echo $((6 * 7)) is the answer");
    CHECK(student.sees("42 is the answer"));
}

TEST_CASE("watch ends with status 0 by q, and as any command by Ctrl-C", "[watch]") {
    const Student student(ending_server(7));
    const auto [key, status] =
        GENERATE(std::pair("q", "status: 0\n"), std::pair("C-c", "status: 130\n"));
    student.watch();
    REQUIRE(student.sees("status 7"));
    student.press(key);
    REQUIRE(student.is_back_at_shell());
    student.window().type("echo status: $?");
    CHECK(student.sees(status));
}

TEST_CASE("Ctrl-Z gives the terminal back, and fg goes on", "[watch]") {
    const Student student(ending_server(7));
    student.watch();
    REQUIRE(student.sees("status 7"));
    const pid_t hanging = student.save_hanging_program();
    student.press("C-z");
    CHECK(comes_true([&] { return student.window().foreground() == "sh"; }));
    CHECK(student.window().settings() == student.settings());
    CHECK(comes_true([&] { return is_gone(hanging); }));
    student.window().type("echo $((6 * 7)) is the answer");
    CHECK(student.sees("42 is the answer"));

    student.save(right_server());
    student.window().type("fg");
    CHECK(student.sees("✓ 1.1 Open the door"));
    CHECK_THAT(student.window().text(), !ContainsSubstring("the answer"));
    CHECK(student.window().settings() != student.settings());
    student.press("q");
    CHECK(student.is_back_at_shell());
    CHECK_THAT(student.window().all_text(), ContainsSubstring("42 is the answer"));
}

TEST_CASE("a lab that is not there is wrong use", "[watch]") {
    const ToyCheckout checkout;
    CHECK(checkout.lab({"watch", "9"}).status == 2);
    const auto stage = checkout.lab({"watch", "1.3"});
    CHECK(stage.status == 2);
    CHECK_THAT(stage.output, ContainsSubstring("./lab watch 01-tcp-echo"));
    CHECK_FALSE(fs::exists(checkout.student_file()));
}

TEST_CASE("colours and the kind of the terminal are obeyed", "[watch]") {
    const ToyCheckout checkout;
    fs::copy_file(checkout.lab() / "starter" / "echo_client.cpp",
                  checkout.lab() / "echo_client.cpp");
    checkout.use_script(ending_server(7));
    const TerminalWindow window({"LAB_ROOT=" + checkout.root().string()});
    SECTION("without colours there are keys") {
        window.type("NO_COLOR=1 " LAB_BUILD "/lab watch");
        REQUIRE(window.comes_to_show("status 7"));
        window.press({"l"});
        CHECK(window.comes_to_show("▸ 1.1 listen"));
    }
    SECTION("a dumb terminal is no terminal") {
        window.type("TERM=dumb " LAB_BUILD "/lab watch");
        REQUIRE(window.comes_to_show("status 7"));
        CHECK_THAT(window.text(), !ContainsSubstring(waits));
        write_file(checkout.student_file(), ending_server(8));
        CHECK(window.comes_to_show("saved: labs/01-tcp-echo/echo_server.cpp"));
    }
}

TEST_CASE("without a terminal each run is told below what was saved", "[watch]") {
    const ToyCheckout checkout;
    fs::copy_file(checkout.lab() / "starter" / "echo_client.cpp",
                  checkout.lab() / "echo_client.cpp");
    checkout.use_script(ending_server(7));
    auto command = checkout.command({"watch"});
    std::mutex mutex;
    std::string text;
    command.on_line = [&](const std::string& line) {
        const std::scoped_lock lock(mutex);
        text += line + '\n';
    };
    const auto shows = [&](const std::string& what) {
        return comes_true([&] {
            const std::scoped_lock lock(mutex);
            return text.find(what) != std::string::npos;
        });
    };
    std::jthread watch([&](const std::stop_token& stop) {
        command.stop = stop;
        CHECK_THROWS_AS(runner::run(command), runner::Cancelled);
    });
    CHECK(shows("status 7"));
    CHECK(shows("again   ./lab test 01 listen"));
    write_file(checkout.student_file(), right_server());
    CHECK(shows("\nsaved: labs/01-tcp-echo/echo_server.cpp\n✓ 1.1 Open the door"));
    CHECK(shows("next   1.2 echo-once"));
    watch.request_stop();
    watch.join();
    CHECK_THAT(
        text,
        !ContainsSubstring("\033") &&
            StartsWith(
                "labs/01-tcp-echo is tested at every save; Ctrl-C ends it\n✗ 1.1 Open the door"));
}
