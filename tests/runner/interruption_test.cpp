// Ctrl-C or kill -9 at any moment of a command that deals with the student's files.

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch_get_random_seed.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "toy_checkout.hpp"

using nlohmann::json;
using runner_test::read_file;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

/// A command of `lab` in a process group of its own, as a shell starts it.
class Started {
public:
    Started(const ToyCheckout& checkout, const std::vector<std::string>& words) {
        const auto command = checkout.command(words);
        std::vector<std::string> texts = command.words;
        std::vector<std::string> variables = environment(checkout);
        posix_spawnattr_t how{};
        ::posix_spawnattr_init(&how);
        ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);  // Catch2 has a handler of its own
        ::posix_spawnattr_setsigdefault(&how, &signals);
        posix_spawn_file_actions_t files{};
        ::posix_spawn_file_actions_init(&files);
        for (const int fd : {0, 1, 2})
            ::posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
        ::posix_spawn_file_actions_addchdir_np(&files, checkout.root().c_str());
        const int error = ::posix_spawn(&pid_, texts.front().c_str(), &files, &how,
                                        pointers(texts).data(), pointers(variables).data());
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&how);
        REQUIRE(error == 0);
    }

    void send(int number) const { ::kill(-pid_, number); }

    /// Its exit status; nothing if a signal ended it.
    [[nodiscard]] std::optional<int> wait() const {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        return WIFEXITED(status) ? std::optional(WEXITSTATUS(status)) : std::nullopt;
    }

private:
    static std::vector<char*> pointers(std::vector<std::string>& texts) {
        std::vector<char*> all;
        all.reserve(texts.size() + 1);
        for (std::string& text : texts) all.push_back(text.data());
        all.push_back(nullptr);
        return all;
    }

    static std::vector<std::string> environment(const ToyCheckout& checkout) {
        std::vector<std::string> variables;
        for (char** entry = environ; *entry != nullptr; ++entry) {
            const std::string variable = *entry;
            if (!variable.starts_with("TMPDIR=") && !variable.starts_with("LAB_ROOT="))
                variables.push_back(variable);
        }
        variables.push_back("LAB_ROOT=" + checkout.root().string());
        variables.push_back("TMPDIR=" + (checkout.root() / "scratch").string());
        variables.emplace_back("LAB_TIME_SCALE=20");  // what is asked is no matter of time
        return variables;
    }

    pid_t pid_ = -1;
};

/// Whether a process has been started by a `lab` of this checkout, and still runs.
bool anybody_runs(const ToyCheckout& checkout) {
    const std::string mark = "LAB_ROOT=" + checkout.root().string() + '\0';
    for (const auto& process : fs::directory_iterator("/proc")) {
        std::ifstream in(process.path() / "environ", std::ios::binary);
        const std::string variables{std::istreambuf_iterator<char>(in), {}};
        if (variables.find(mark) != std::string::npos) return true;
    }
    return false;
}

bool all_go(const ToyCheckout& checkout) {
    const auto end = Clock::now() + std::chrono::seconds(30);
    while (anybody_runs(checkout)) {
        if (Clock::now() > end) return false;
        ::sched_yield();
    }
    return true;
}

/// Files that are made only for a while, by their names.
std::vector<std::string> temporaries(const ToyCheckout& checkout) {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(checkout.root())) {
        const std::string path = entry.path().lexically_relative(checkout.root());
        if (path.ends_with(".part") || path.ends_with(".tmp") || path == ".lab/tmp")
            found.push_back(path);
    }
    return found;
}

/// A command that is interrupted, and what must hold then.
struct Subject {
    std::vector<std::string> words;
    std::function<void(const ToyCheckout&)> prepare;
    std::function<void(const ToyCheckout&)> check;
    int share;  ///< of 20 interruptions
};

std::string starter(const ToyCheckout& checkout, const std::string& name) {
    return read_file(checkout.lab() / "starter" / name);
}

void remove_all_of_the_students(const ToyCheckout& checkout) {
    for (const char* name : {"echo_server.cpp", "echo_client.cpp", "notes"})
        fs::remove_all(checkout.lab() / name);
    fs::remove_all(checkout.root() / ".lab");
    for (const char* name : {"01-tcp-echo.zip", "01-tcp-echo-2.zip"})
        fs::remove(checkout.root() / name);
}

const std::map<std::string, std::string> texts = {
    {"echo_server.cpp", "// my server\n" + std::string(200000, '/') + "\n"},
    {"echo_client.cpp", "// my client\n"},
    {"notes/plan.txt", "my plan\n"}};

void write_texts(const ToyCheckout& checkout) {
    remove_all_of_the_students(checkout);
    for (const auto& [name, text] : texts) write_file(checkout.lab() / name, text);
    write_file(checkout.progress_file(), R"({"version": 1, "labs": {"01-tcp-echo": {"listen":
        {"passed": true, "passed_once": true, "verdict": "PASS", "when": "2030"}}}})");
}

bool has(const fs::path& file, const std::string& text) {
    return fs::exists(file) && read_file(file) == text;
}

void check_start(const ToyCheckout& checkout) {
    for (const char* name : {"echo_server.cpp", "echo_client.cpp"}) {
        const fs::path file = checkout.lab() / name;
        CHECK((!fs::exists(file) || read_file(file) == starter(checkout, name)));
    }
    const std::set<std::string> expected{"lab.json", "README.md",       "HINTS.md",       "starter",
                                         "tests",    "echo_server.cpp", "echo_client.cpp"};
    for (const auto& entry : fs::directory_iterator(checkout.lab()))
        CHECK(expected.contains(entry.path().filename()));
}

bool is_starters(const ToyCheckout& checkout, const fs::path& file, const std::string& name) {
    return fs::exists(checkout.lab() / "starter" / name) && has(file, starter(checkout, name));
}

void check_reset(const ToyCheckout& checkout) {
    std::vector<fs::path> places{checkout.lab()};
    std::vector<fs::path> points{checkout.progress_file()};
    const fs::path kept = checkout.root() / ".lab" / "kept";
    if (fs::exists(kept)) {
        for (const auto& entry : fs::directory_iterator(kept)) {
            const bool is_points = entry.path().extension() == ".json";
            (is_points ? points : places).push_back(entry.path());
        }
    }
    for (const auto& [name, text] : texts) {
        std::size_t copies = 0;
        for (const fs::path& place : places) {
            const bool is_old = has(place / name, text);
            copies += is_old ? 1 : 0;
            CHECK(
                (is_old || !fs::exists(place / name) || is_starters(checkout, place / name, name)));
        }
        CHECK(copies > 0);
    }
    CHECK(std::any_of(points.begin(), points.end(), [](const fs::path& file) {
        return json::parse(read_file(file)).at("labs").contains("01-tcp-echo");
    }));
}

void check_pack(const ToyCheckout& checkout) {
    const fs::path archive = checkout.root() / "01-tcp-echo.zip";
    CHECK((!fs::exists(archive) || read_file(archive) == read_file(checkout.root() / "whole")));
    for (const auto& [name, text] : texts) CHECK(has(checkout.lab() / name, text));
}

/// A right program that needs no compiler, saved anew, so that it is built again.
void prepare_test(const ToyCheckout& checkout) {
    const fs::path server =
        fs::path(LAB_SOURCE) / "tests/submissions/01-tcp-echo/right/python/echo_server";
    checkout.use_script(read_file(server));
    write_file(checkout.lab() / "echo_client.cpp", "#!/bin/sh\n");
}

void check_test(const ToyCheckout& checkout) {
    if (fs::exists(checkout.progress_file()))
        CHECK(json::parse(read_file(checkout.progress_file())).contains("labs"));
}

microseconds duration_of(const ToyCheckout& checkout, const Subject& subject) {
    microseconds longest{0};
    for (int i = 0; i < 3; ++i) {
        subject.prepare(checkout);
        const auto begin = Clock::now();
        REQUIRE(Started(checkout, subject.words).wait() == 0);
        longest = std::max(longest, std::chrono::ceil<microseconds>(Clock::now() - begin));
    }
    return longest;
}

void interrupt(const ToyCheckout& checkout, const Subject& subject, microseconds moment,
               int signal) {
    INFO("signal " << signal << " after " << moment.count() << " us");
    subject.prepare(checkout);
    const Started command(checkout, subject.words);
    std::this_thread::sleep_for(moment);  // any moment must do
    command.send(signal);
    const auto status = command.wait();
    CHECK(status.value_or(0) == 0);
    CHECK(all_go(checkout));
    subject.check(checkout);
    // What is killed cannot tidy up its scratch folder.
    if (signal == SIGINT) CHECK(fs::is_empty(checkout.root() / "scratch"));

    CHECK(Started(checkout, subject.words).wait() == 0);
    subject.check(checkout);
    CHECK(temporaries(checkout).empty());
    fs::remove_all(checkout.root() / "scratch");
    fs::create_directory(checkout.root() / "scratch");
}

void interrupt_all(int moments) {
    const Subject subjects[] = {
        {.words = {"start", "1"},
         .prepare = remove_all_of_the_students,
         .check = check_start,
         .share = 6},
        {.words = {"reset", "1", "--yes"},
         .prepare = write_texts,
         .check = check_reset,
         .share = 7},
        {.words = {"pack", "1"}, .prepare = write_texts, .check = check_pack, .share = 4},
        {.words = {"test", "1.1"}, .prepare = prepare_test, .check = check_test, .share = 3}};
    std::mt19937 draw(Catch::getSeed());
    for (const Subject& subject : subjects) {
        const ToyCheckout checkout;
        fs::create_directory(checkout.root() / "scratch");
        // So long that a copy takes its time.
        const std::string comment = "// " + std::string(400000, '-') + '\n';
        for (const char* name : {"echo_server.cpp", "echo_client.cpp"})
            write_file(checkout.lab() / "starter" / name, comment + starter(checkout, name));
        const auto duration = duration_of(checkout, subject);
        if (fs::exists(checkout.root() / "01-tcp-echo.zip"))
            fs::rename(checkout.root() / "01-tcp-echo.zip", checkout.root() / "whole");
        INFO(subject.words.front() << ", which takes " << duration.count() << " us");
        std::uniform_int_distribution<microseconds::rep> moment(0, duration.count());
        for (int i = 0; i < moments * subject.share / 20; ++i) {
            interrupt(checkout, subject, microseconds(moment(draw)), i % 2 == 0 ? SIGINT : SIGKILL);
        }
    }
}

}  // namespace

TEST_CASE("an interruption at any moment loses nothing and leaves nothing", "[interruption]") {
    interrupt_all(40);
}

TEST_CASE("the same at 200 moments", "[.][interruption-at-200-moments]") { interrupt_all(200); }
