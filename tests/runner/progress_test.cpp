#include "runner/student/progress.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <vector>

#include "temp_dir.hpp"

using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::ordered_json;
using runner::Progress;
using runner_test::read_file;
using runner_test::write_file;

namespace {

const std::string lab = "01-tcp-echo";
const runner::StageProgress pass{true, "PASS", "2030-01-31T09:05:00Z"};
const runner::StageProgress hang{false, "HANG", "2030-01-31T09:06:00Z"};

/// A progress file that is not there yet, in a folder that is not there either.
class ToyFile {
public:
    [[nodiscard]] std::filesystem::path path() const { return dir_.path() / ".lab/progress.json"; }
    [[nodiscard]] Progress load() const { return Progress::load(path()); }
    [[nodiscard]] Json json() const { return Json::parse(read_file(path())); }
    void write(std::string_view text) const { write_file(path(), text); }

    void save(const std::string& stage, const runner::StageProgress& last) const {
        auto progress = load();
        progress.set(lab, stage, last);
        progress.save();
    }

    /// The files in the folder whose names begin so.
    [[nodiscard]] std::vector<std::filesystem::path> files(const std::string& begin) const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(path().parent_path())) {
            if (entry.path().filename().string().starts_with(begin)) found.push_back(entry.path());
        }
        return found;
    }

private:
    runner_test::TempDir dir_;
};

/// Runs `action` in a process of its own, which a deadline ends; its wait status comes from wait().
class Child {
public:
    template <typename Action>
    explicit Child(Action action) : pid_(::fork()) {
        if (pid_ != 0) return;
        ::alarm(60);
        try {
            action();
            ::_exit(0);
        } catch (...) {
            ::_exit(1);
        }
    }
    [[nodiscard]] bool running() { return ::waitpid(pid_, &status_, WNOHANG) == 0; }
    [[nodiscard]] int wait() {
        ::waitpid(pid_, &status_, 0);
        return status_;
    }
    [[nodiscard]] int status() const { return status_; }

private:
    pid_t pid_;
    int status_ = -1;
};

/// No file of this process grows beyond `bytes`: a write that would dies of SIGXFSZ, or, where that
/// is ignored, fails with EFBIG.
void limit_file_size(rlim_t bytes, void (*on_signal)(int)) {
    const rlimit none{0, 0};
    const rlimit size{bytes, bytes};
    ::setrlimit(RLIMIT_CORE, &none);
    ::setrlimit(RLIMIT_FSIZE, &size);
    ::signal(SIGXFSZ, on_signal);
}

}  // namespace

TEST_CASE("a missing file is an empty progress, and nothing is made by looking", "[progress]") {
    const ToyFile file;
    const auto progress = file.load();
    CHECK_FALSE(progress.find(lab, "listen"));
    CHECK_FALSE(progress.passed(lab, "listen"));
    CHECK(progress.note().empty());
    CHECK_FALSE(std::filesystem::exists(file.path().parent_path()));
}

TEST_CASE("what is saved is there at the next load", "[progress]") {
    const ToyFile file;
    file.save("listen", pass);
    file.save("echo-once", hang);
    const auto progress = file.load();

    CHECK(progress.passed(lab, "listen"));
    CHECK_FALSE(progress.passed(lab, "echo-once"));
    CHECK_FALSE(progress.passed("02-udp-ping", "listen"));
    const auto stage = progress.find(lab, "echo-once");
    REQUIRE(stage);
    CHECK(stage->verdict == "HANG");
    CHECK(stage->when == "2030-01-31T09:06:00Z");
    CHECK_FALSE(stage->passed_once);
    CHECK(file.json()["version"] == 1);
    CHECK(file.files("progress.json.tmp").empty());
}

TEST_CASE("a stage that passed and fails later has passed once", "[progress]") {
    const ToyFile file;
    SECTION("in three runs of the command") {
        file.save("listen", pass);
        file.save("listen", hang);
        file.save("listen", hang);
    }
    SECTION("in one run that saves at the end") {
        auto progress = file.load();
        progress.set(lab, "listen", pass);
        progress.set(lab, "listen", hang);
        CHECK(progress.find(lab, "listen")->passed_once);
        progress.save();
    }
    const auto stage = file.load().find(lab, "listen");
    REQUIRE(stage);
    CHECK_FALSE(stage->passed);
    CHECK(stage->passed_once);
    CHECK(stage->verdict == "HANG");
}

TEST_CASE("what another process saved meanwhile stays", "[progress]") {
    const ToyFile file;
    file.save("listen", hang);
    auto mine = file.load();
    file.save("echo-once", pass);
    file.save("listen", pass);

    SECTION("another stage is there, in the file and here") {
        mine.set(lab, "echo-stream", pass);
        mine.save();
        CHECK(mine.passed(lab, "echo-once"));
        CHECK(file.load().passed(lab, "echo-once"));
        CHECK(file.load().passed(lab, "echo-stream"));
        CHECK(file.load().passed(lab, "listen"));
    }
    SECTION("a pass of the same stage is not forgotten by a later failure") {
        mine.set(lab, "listen", hang);
        mine.save();
        CHECK_FALSE(file.load().passed(lab, "listen"));
        CHECK(file.load().find(lab, "listen")->passed_once);
    }
}

TEST_CASE("a second save does not repeat the first", "[progress]") {
    const ToyFile file;
    auto mine = file.load();
    mine.set(lab, "listen", hang);
    mine.save();
    file.save("listen", pass);
    mine.set(lab, "echo-once", hang);
    mine.save();
    CHECK(file.load().passed(lab, "listen"));
}

TEST_CASE("two processes that save at once lose nothing and show nobody half a file",
          "[progress]") {
    const ToyFile file;
    constexpr int saves = 100;
    const auto save_many = [&](const std::string& prefix) {
        for (int i = 0; i < saves; ++i) file.save(prefix + std::to_string(i), pass);
    };
    Child first([&] { save_many("a"); });
    Child second([&] { save_many("b"); });
    int half_files = 0;
    while (first.running()) half_files += file.load().note().empty() ? 0 : 1;
    CHECK(half_files == 0);
    CHECK(first.status() == 0);
    CHECK(second.wait() == 0);

    const auto progress = file.load();
    int found = 0;
    for (int i = 0; i < saves; ++i) {
        found += progress.passed(lab, "a" + std::to_string(i)) ? 1 : 0;
        found += progress.passed(lab, "b" + std::to_string(i)) ? 1 : 0;
    }
    CHECK(found == 2 * saves);
    CHECK(file.files("progress.json").size() == 2);  // itself and the lock
}

TEST_CASE("a process that dies while it saves harms nothing", "[progress]") {
    const ToyFile file;
    file.save("listen", pass);
    Child dying([&] {
        limit_file_size(20, SIG_DFL);
        file.save("echo-once", pass);
    });
    const int status = dying.wait();
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGXFSZ);
    REQUIRE(file.files("progress.json.tmp").size() == 1);

    CHECK(file.load().passed(lab, "listen"));
    CHECK(file.load().note().empty());
    file.save("echo-stream", pass);
    CHECK(file.load().passed(lab, "echo-stream"));
    CHECK_FALSE(file.load().find(lab, "echo-once"));
    CHECK(file.files("progress.json.tmp").empty());
}

TEST_CASE("a temporary file that was left is no progress", "[progress]") {
    const ToyFile file;
    file.save("listen", pass);
    write_file(file.path().string() + ".tmp", std::string(10'000, '{'));
    file.save("echo-once", pass);
    CHECK(file.load().passed(lab, "listen"));
    CHECK(file.load().passed(lab, "echo-once"));
    CHECK(file.load().note().empty());
}

TEST_CASE("a save that fails says why, and leaves the file as it was", "[progress]") {
    const ToyFile file;
    file.save("listen", pass);
    const auto before = read_file(file.path());
    Child failing([&] {
        limit_file_size(20, SIG_IGN);
        auto progress = file.load();
        progress.set(lab, "listen", hang);
        try {
            progress.save();
        } catch (const std::system_error& error) {
            const bool clear =
                std::string_view(error.what()).starts_with("progress cannot be saved: write ");
            ::_exit(clear && error.code() == std::errc::file_too_large ? 42 : 43);
        }
    });
    const int status = failing.wait();
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 42);
    CHECK(read_file(file.path()) == before);
    CHECK(file.files("progress.json.tmp").empty());
}

TEST_CASE("a folder that cannot be made is told, and what was set is kept", "[progress]") {
    const runner_test::TempDir dir;
    write_file(dir.path() / ".lab", "a file, no folder");
    auto progress = Progress::load(dir.path() / ".lab/progress.json");
    CHECK(progress.note().empty());
    progress.set(lab, "listen", pass);
    CHECK_THROWS_WITH(progress.save(), "progress cannot be saved: make the folder " +
                                           (dir.path() / ".lab").string() + ": Not a directory");
    CHECK(read_file(dir.path() / ".lab") == "a file, no folder");

    std::filesystem::remove(dir.path() / ".lab");
    progress.save();
    CHECK(Progress::load(dir.path() / ".lab/progress.json").passed(lab, "listen"));
}

TEST_CASE("a file that is no progress is renamed and told of", "[progress]") {
    const ToyFile file;
    const std::string text = GENERATE(
        "", "{", "[]", "{}", "\xff\x1b[2J", R"({"version": 1})", R"({"version": "1", "labs": {}})",
        R"({"version": 0, "labs": {}})", R"({"version": 1, "labs": []})",
        R"({"version": 1, "labs": {"a": {"b": {"passed": 1, "verdict": "PASS", "when": ""}}}})",
        R"({"version": 1, "labs": {"a": {"b": {"passed": true, "when": ""}}}})");
    file.write(text);
    const auto progress = file.load();

    CHECK_FALSE(std::filesystem::exists(file.path()));
    const auto aside = file.files("progress.json.unreadable-");
    REQUIRE(aside.size() == 1);
    CHECK(read_file(aside[0]) == text);
    CHECK(std::regex_match(aside[0].string(), std::regex(".*unreadable-[0-9]{8}-[0-9]{6}")));
    CHECK_THAT(progress.note(), ContainsSubstring("it was renamed to " + aside[0].string()));
    CHECK(file.load().note().empty());
}

TEST_CASE("a file of a newer version is renamed and told of", "[progress]") {
    const ToyFile file;
    const std::string text = R"({"version": 2, "anything": []})";
    file.write(text);
    const auto progress = file.load();
    const auto aside = file.files("progress.json.newer-");
    REQUIRE(aside.size() == 1);
    CHECK(read_file(aside[0]) == text);
    CHECK_THAT(progress.note(), ContainsSubstring("was written by a newer version of the course"));
}

TEST_CASE("renamed files never replace one another", "[progress]") {
    const ToyFile file;
    std::set<std::string> texts;
    for (const char* text : {"one", "two", "three", "four"}) {
        file.write(text);
        CHECK_FALSE(file.load().note().empty());
    }
    for (const auto& aside : file.files("progress.json.unreadable-"))
        texts.insert(read_file(aside));
    CHECK(texts == std::set<std::string>{"one", "two", "three", "four"});
}

TEST_CASE("a file spoilt between load and save is renamed by the save", "[progress]") {
    const ToyFile file;
    auto progress = file.load();
    file.write("spoilt");
    progress.set(lab, "listen", pass);
    progress.save();
    CHECK_THAT(progress.note(), ContainsSubstring("is not valid JSON"));
    REQUIRE(file.files("progress.json.unreadable-").size() == 1);
    CHECK(file.load().passed(lab, "listen"));
}

TEST_CASE("a file that is there and cannot be read is an error", "[progress]") {
    const ToyFile file;
    std::filesystem::create_directories(file.path());
    CHECK_THROWS_WITH(file.load(), "read " + file.path().string() + ": Is a directory");
}

TEST_CASE("keys that are not known stay", "[progress]") {
    const ToyFile file;
    file.write(R"({"theme": "dark", "version": 1, "labs": {"01-tcp-echo": {"listen":
        {"passed": true, "verdict": "PASS", "when": "", "notes": 2}}}})");
    CHECK(file.load().find(lab, "listen")->passed_once);
    file.save("listen", hang);
    file.save("echo-once", hang);
    CHECK(file.json()["theme"] == "dark");
    CHECK(file.json()["labs"][lab]["listen"]["notes"] == 2);
    CHECK(file.json()["labs"][lab]["listen"]["verdict"] == "HANG");
}

TEST_CASE("a text that is no UTF-8 does not spoil the file", "[progress]") {
    const ToyFile file;
    file.save("listen", {false, "\xff", ""});
    CHECK(file.load().note().empty());
    CHECK(file.load().find(lab, "listen")->verdict == "\xef\xbf\xbd");
}

TEST_CASE("a progress without a change writes nothing", "[progress]") {
    const ToyFile file;
    file.load().save();
    CHECK_FALSE(std::filesystem::exists(file.path()));
}

TEST_CASE("now is told in RFC 3339, in UTC", "[progress]") {
    const std::regex form("20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z");
    CHECK(std::regex_match(runner::now_utc(), form));
}
