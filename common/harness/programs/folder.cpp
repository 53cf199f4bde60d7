#include "harness/programs/folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "harness/diagnosis/difference.hpp"
#include "harness/run/bytes.hpp"
#include "harness/run/test_run.hpp"
#include "net/error.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

namespace fs = std::filesystem;

const std::string prefix = "socket-lab-files-";

net::Fd open_folder(const fs::path& folder) {
    return net::Fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/// A place gets the name by which it may be removed only when it is locked.
fs::path make_place(net::Fd& lock) {
    const fs::path temporary = fs::temp_directory_path();
    std::string name = (temporary / "socket-lab-new-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) net::throw_errno("mkdtemp");
    lock = open_folder(name);
    net::check(::flock(lock.get(), LOCK_EX), "flock");
    fs::path place = temporary / (prefix + name.substr(name.size() - 6));
    fs::rename(name, place);
    return place;
}

/// Tests that were interrupted could not remove theirs: nobody locks them any more.
void remove_forgotten() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(fs::temp_directory_path(), ignored)) {
        if (!entry.path().filename().string().starts_with(prefix)) continue;
        const net::Fd folder = open_folder(entry.path());
        if (folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0)
            fs::remove_all(entry.path(), ignored);
    }
}

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string sizes(const std::string& expected, const std::string& got) {
    return "it has " + count_of_bytes(got.size()) + " instead of " +
           count_of_bytes(expected.size());
}

[[noreturn]] void fail_with(std::string says, std::vector<std::string> details = {}) {
    fail({.verdict = Verdict::files, .says = std::move(says), .details = std::move(details)});
}

/// Everything below a folder but the folders themselves. A link is not followed.
std::vector<fs::path> all_in(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_symlink() || !entry.is_directory())
            found.push_back(entry.path().lexically_relative(folder));
    }
    std::sort(found.begin(), found.end());
    return found;
}

void expect_content(const std::string& name, const std::string& expected, const std::string& got) {
    if (expected == got) return;
    const auto at = first_difference(net::as_bytes(expected), net::as_bytes(got));
    if (at >= std::min(expected.size(), got.size()))
        fail_with("the file " + name + " is not what it should be: " + sizes(expected, got));
    Failure failure = wrong_byte(net::as_bytes(expected), net::as_bytes(got), at);
    fail_with("in the file " + name + ' ' + failure.says, std::move(failure.details));
}

}  // namespace

Folder::Folder() {
    remove_forgotten();
    place_ = make_place(lock_);
    root_ = place_ / "home" / "of" / "files";
    fs::create_directories(root_);
    current_run().transcript().add(Transcript::Side::test, "a folder for its files");
}

Folder::~Folder() {
    std::error_code ignored;
    fs::remove_all(place_, ignored);
}

void Folder::put(const std::string& name, std::string_view content) const {
    const fs::path file = root_ / name;
    fs::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    if (!(out << content).flush()) throw std::runtime_error("cannot write " + file.string());
}

void Folder::expect(const std::map<std::string, std::string>& files) const {
    const fs::path root = root_.lexically_relative(place_);
    for (const fs::path& path : all_in(place_)) {
        const fs::path inside = path.lexically_relative(root);
        if (*inside.begin() == "..")
            fail_with("there is a file outside its folder: " + inside.string());
        if (!files.contains(inside.string()))
            fail_with("a file is left over that does not belong there: " + inside.string());
        if (fs::symlink_status(place_ / path).type() != fs::file_type::regular)
            fail_with(inside.string() + " is no file, but a link or something else");
    }
    for (const auto& [name, content] : files) {
        if (!fs::exists(root_ / name)) fail_with("the file " + name + " is not there");
        expect_content(name, content, content_of(root_ / name));
    }
    held();
}

}  // namespace harness
