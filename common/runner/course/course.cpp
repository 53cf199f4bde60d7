#include "runner/course/course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "runner/course/manifest.hpp"
#include "runner/course/names.hpp"
#include "runner/course/strict_json.hpp"
#include "runner/machine/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

/// Why a lab is refused; what() becomes BrokenLab::why.
class Refused : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

bool has_source(const fs::path& folder) {
    std::error_code missing;
    const fs::directory_iterator entries(folder, missing);
    return std::any_of(fs::begin(entries), fs::end(entries), [](const fs::directory_entry& entry) {
        return entry.path().extension() == ".cpp" && entry.is_regular_file();
    });
}

/// `shown_as` is how messages name the folder: "labs/02-udp-ping".
void check_files(const Lab& lab, const std::string& shown_as) {
    for (const auto& program : lab.programs) {
        if (fs::is_regular_file(lab.folder / "starter" / program.main_file)) continue;
        throw Refused(
            fmt::format("{}/starter/{} is missing: write the starter of program {:?}, or "
                        "take it out of {}/lab.json",
                        shown_as, program.main_file, program.name, shown_as));
    }
    if (!has_source(lab.folder / "tests")) {
        throw Refused(shown_as + "/tests has no .cpp file: write the tests of the lab's stages");
    }
}

/// A lab is called by its number.
void check_number(const Course& course, const Lab& lab, const std::string& shown_as) {
    for (const Lab& other : course.labs) {
        if (other.number() != lab.number()) continue;
        throw Refused(fmt::format("{}: lab {} is labs/{} already; give one of them another number",
                                  shown_as, lab.number(), other.id));
    }
}

Lab load_lab(const fs::path& folder, const std::string& shown_as) {
    if (!is_lab_id(folder.filename().string())) {
        throw Refused(shown_as +
                      ": the name of a lab's folder is two digits (01 to 99) and lower-case words, "
                      "like 02-udp-ping; rename the folder, or move it out of labs/");
    }
    const auto manifest = folder / "lab.json";
    if (!fs::is_regular_file(manifest)) {
        throw Refused(shown_as +
                      " has no lab.json, so it is half-made; write one, or move the folder out of "
                      "labs/");
    }
    try {
        return read_manifest(parse_strictly(read_file(manifest)), folder);
    } catch (const std::exception& error) {
        throw Refused(shown_as + "/lab.json: " + error.what());
    }
}

void add(Course& course, const fs::path& folder) {
    const auto name = folder.filename().string();
    // A folder's name is anybody's; what is no plain name is shown with escapes.
    const auto shown_as = "labs/" + (is_plain_name(name) ? name : fmt::format("{:?}", name));
    try {
        auto lab = load_lab(folder, shown_as);
        check_files(lab, shown_as);
        check_number(course, lab, shown_as);
        course.labs.push_back(std::move(lab));
    } catch (const Refused& refused) {
        course.broken.push_back({folder, refused.what()});
    } catch (const std::exception& error) {
        course.broken.push_back({folder, shown_as + ": " + error.what()});
    }
}

}  // namespace

int Lab::number() const { return std::stoi(id.substr(0, 2)); }

Course load_course(const fs::path& root) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (fs::directory_iterator it(root / "labs", error), end; it != end; it.increment(error)) {
        if (it->path().filename().string().front() == '.') continue;
        std::error_code dangling;
        if (it->is_directory(dangling)) folders.push_back(it->path());
    }
    if (error) throw std::system_error(error, "list " + (root / "labs").string());
    std::sort(folders.begin(), folders.end());

    Course course{root, {}, {}};
    for (const auto& folder : folders) add(course, folder);
    return course;
}

}  // namespace runner
