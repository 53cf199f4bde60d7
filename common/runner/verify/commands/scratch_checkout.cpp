#include "runner/verify/commands/scratch_checkout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "runner/machine/interruption.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

fs::path new_folder() {
    std::string name = (scratch_folder() / "checkout-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::system_category(), "mkdtemp " + name);
    return name;
}

void link_all_but(const fs::path& from, const fs::path& to, bool (*left_out)(const fs::path&)) {
    for (const auto& entry : fs::directory_iterator(from)) {
        if (!left_out(entry.path())) fs::create_symlink(entry.path(), to / entry.path().filename());
    }
}

/// The folder of a stage's step below tests/submissions, and below `submissions` in a build tree.
fs::path step_of(const Lab& lab, const Stage& stage) {
    const auto number = &stage - lab.stages.data() + 1;
    return fs::path("submissions") / lab.id / "steps" / fmt::format("{}-{}", number, stage.id);
}

/// Rules by which ninja builds a student's program: it takes the one that was built of the same
/// main file.
void write_build(const fs::path& tree, const fs::path& built, const fs::path& root,
                 const Course& course) {
    std::string text;
    for (const Lab& lab : course.labs) {
        std::string all;
        for (const Program& program : lab.programs) {
            std::string command;
            const auto offer = [&](const fs::path& source, const fs::path& folder) {
                command += fmt::format("{{ cmp -s $in {} && ln -sf {} $out; }} || ",
                                       (source / program.main_file).string(),
                                       (folder / program.name).string());
            };
            offer(lab.folder / "starter", built / "starters" / lab.id);
            for (const Stage& stage : lab.stages)
                offer(built / step_of(lab, stage) / "src", built / step_of(lab, stage));
            const std::string output = fmt::format("labs/{}/{}", lab.id, program.name);
            text += fmt::format(
                "rule {0}.{1}\n  command = {2}(echo '$in: error: nobody has built this'; exit 1)\n"
                "build {3}: {0}.{1} {4}\nbuild labs.{0}.{1}: phony {3}\n",
                lab.id, program.name, command, output,
                (root / "labs" / lab.id / program.main_file).string());
            all += ' ' + output;
        }
        text += fmt::format("build labs.{0}: phony{1}\nbuild labs.{0}.tests: phony\n", lab.id, all);
    }
    std::ofstream(tree / "build.ninja") << text;
}

}  // namespace

ScratchCheckout::ScratchCheckout(const Workspace& workspace, const Course& course)
    : workspace_(workspace), course_(course), root_(new_folder()) {
    link_all_but(workspace.root(), root_, [](const fs::path& path) {
        const std::string name = path.filename();
        return name == "labs" || name == "lab" || name == "build" || name == ".lab";
    });
    // The launcher would build the command and become it.
    fs::create_symlink(fs::read_symlink("/proc/self/exe"), root_ / "lab");
    const fs::path tree = root_ / "build" / "dev";
    fs::create_directories(tree);
    fs::create_symlink(workspace.supervisor(), tree / "supervisor");
    for (const Lab& lab : course.labs) link_lab(lab);
    write_build(tree, workspace.build(), root_, course);
}

ScratchCheckout::~ScratchCheckout() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
}

void ScratchCheckout::link_lab(const Lab& lab) const {
    const fs::path folder = root_ / "labs" / lab.id;
    fs::create_directories(folder);
    link_all_but(lab.folder, folder, [](const fs::path& path) {
        return path.extension() == ".cpp" || path.extension() == ".hpp";  // a student's
    });
    const fs::path tree = root_ / "build" / "dev" / "labs" / lab.id;
    fs::create_directories(tree);
    for (const fs::path& file : {workspace_.tests(lab), workspace_.test_list(lab)})
        fs::create_symlink(file, tree / file.filename());
}

void ScratchCheckout::finish_up_to(const std::string& lab_id, const std::string& stage_id) const {
    const auto lab = std::find_if(course_.labs.begin(), course_.labs.end(),
                                  [&](const Lab& l) { return l.id == lab_id; });
    if (lab == course_.labs.end()) throw std::runtime_error("there is no lab " + lab_id);
    const auto stage = std::find_if(lab->stages.begin(), lab->stages.end(),
                                    [&](const Stage& s) { return s.id == stage_id; });
    if (stage == lab->stages.end())
        throw std::runtime_error(fmt::format("{} has no stage {}", lab_id, stage_id));
    const fs::path step = workspace_.build() / step_of(*lab, *stage);
    const auto over = fs::copy_options::overwrite_existing;
    for (const auto& entry : fs::directory_iterator(step / "src"))
        fs::copy(entry.path(), root_ / "labs" / lab_id / entry.path().filename(), over);
    for (const Program& program : lab->programs) {
        const fs::path link = root_ / "build" / "dev" / "labs" / lab_id / program.name;
        fs::remove(link);
        fs::create_symlink(step / program.name, link);
    }
}

}  // namespace runner
