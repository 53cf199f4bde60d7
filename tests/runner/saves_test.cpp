#include "runner/watch/saves.hpp"

#include <catch2/catch_test_macros.hpp>
#include <optional>

#include "temp_dir.hpp"
#include "waiting.hpp"

using namespace runner;
using runner_test::comes_true;
using runner_test::TempDir;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

/// A lab's folder with two files, which are looked at.
class Folder {
public:
    Folder() {
        write("server.cpp", "one");
        write("client.cpp", "one");
        saves_.emplace(lab_);
    }

    void write(const std::string& name, const std::string& text) const {
        write_file(lab_.folder / name, text);
    }
    [[nodiscard]] fs::path file(const std::string& name) const { return lab_.folder / name; }
    [[nodiscard]] Saves& saves() { return *saves_; }

    /// Looks until it is told that something was saved, and returns what.
    [[nodiscard]] std::vector<std::string> next_save() {
        CHECK(comes_true([&] { return saves_->look() == Saves::State::saved; }));
        return saves_->take_names();
    }

private:
    TempDir folder_;
    Lab lab_{.id = "01-toy", .folder = folder_.path()};
    std::optional<Saves> saves_;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("as long as nothing is saved, nothing is told", "[watch]") {
    Folder folder;
    CHECK(folder.saves().look() == Saves::State::quiet);
    CHECK(folder.saves().take_names().empty());
}

TEST_CASE("a save is seen at once, and told when the files stay as they are", "[watch]") {
    Folder folder;
    folder.write("server.cpp", "another");
    CHECK(folder.saves().look() == Saves::State::changing);
    CHECK(folder.saves().look() == Saves::State::changing);
    CHECK(folder.next_save() == Names{"server.cpp"});
    CHECK(folder.saves().look() == Saves::State::quiet);
    CHECK(folder.saves().take_names().empty());
}

TEST_CASE("every way in which an editor saves is seen", "[watch]") {
    Folder folder;
    SECTION("a new file that takes the place of the old one") {
        folder.write("server.cpp~", "two");
        fs::rename(folder.file("server.cpp~"), folder.file("server.cpp"));
        CHECK(folder.next_save() == Names{"server.cpp"});
    }
    SECTION("the old file goes, a new one comes") {
        fs::remove(folder.file("server.cpp"));
        CHECK(folder.saves().look() == Saves::State::changing);
        folder.write("server.cpp", "two");
        CHECK(folder.next_save() == Names{"server.cpp"});
    }
    SECTION("the same size") {
        const auto time = fs::last_write_time(folder.file("server.cpp"));
        folder.write("server.cpp", "two");
        fs::last_write_time(folder.file("server.cpp"), time + std::chrono::milliseconds(4));
        CHECK(folder.next_save() == Names{"server.cpp"});
    }
    SECTION("an older time, as from a copy that was kept") {
        const auto time = fs::last_write_time(folder.file("server.cpp"));
        fs::last_write_time(folder.file("server.cpp"), time - std::chrono::hours(1));
        CHECK(folder.next_save() == Names{"server.cpp"});
    }
    SECTION("a file that is new") {
        folder.write("buffer.hpp", "new");
        CHECK(folder.next_save() == Names{"buffer.hpp"});
    }
    SECTION("a file that has gone") {
        fs::remove(folder.file("client.cpp"));
        CHECK(folder.next_save() == Names{"client.cpp"});
    }
}

TEST_CASE("many files at once are one save", "[watch]") {
    Folder folder;
    Names names;
    for (char letter = 'a'; letter <= 'j'; ++letter) {
        names.push_back(std::string(1, letter) + ".cpp");
        folder.write(names.back(), "new");
        CHECK(folder.saves().look() == Saves::State::changing);
    }
    CHECK(folder.next_save() == names);
    CHECK(folder.saves().look() == Saves::State::quiet);
}

TEST_CASE("what is not the student's program is no save", "[watch]") {
    Folder folder;
    folder.write("README.md", "text");
    folder.write("server.cpp~", "kept by an editor");
    folder.write(".server.cpp.swp", "kept by another");
    fs::create_symlink("nobody@nowhere.1234", folder.file(".#server.cpp"));
    fs::create_directories(folder.file("starter"));
    folder.write("starter/server.cpp", "the course's");
    CHECK(folder.saves().look() == Saves::State::quiet);
}
