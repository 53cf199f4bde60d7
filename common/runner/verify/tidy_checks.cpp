#include "runner/verify/tidy_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "runner/machine/files.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/verify/source_files.hpp"

// Nine tenths of what clang-tidy does is to look through the headers of libraries, again for each
// source that includes them. So the sources of a part that are compiled alike are included by one
// generated source, and checked together. Together they may clash (a helper of the same name in
// two of them), or trouble each other: so those that are complained of, and the others, are checked
// again apart from each other, in the end each alone. A source is good when a run that had it
// complained of nothing. Unused aliases, using-declarations and constants are looked for only in
// the file that clang was given: that is cheap, and done for each source that declares such names.

namespace runner {
namespace {

namespace fs = std::filesystem;
using Complaint = std::optional<std::string>;
using Files = std::vector<fs::path>;

constexpr const char* only_unused_names =
    "--checks=-*,misc-unused-alias-decls,misc-unused-using-decls";

/// Formatted sources have what may be unused at the beginning of a line.
bool declares_names(const fs::path& file) {
    static const std::regex begin(R"((^|\n)(using \w|namespace \w+ =|(static |inline )?const))");
    return std::regex_search(read_file(file), begin);
}

/// Changes whenever a header or the rules do.
std::size_t state_of_headers(const Workspace& workspace) {
    std::string all = read_file(workspace.root() / ".clang-tidy");
    for (const fs::path& header : files_of(workspace, {".hpp"})) all += read_file(header);
    return std::hash<std::string>{}(all);
}

/// What was passed before, by one kind of run.
class Passed {
public:
    Passed(fs::path folder, std::size_t headers) : folder_(std::move(folder)), headers_(headers) {}

    [[nodiscard]] bool has(const fs::path& file) const {
        return fs::exists(stamp(file)) && read_file(stamp(file)) == state(file);
    }
    void add(const fs::path& file) const {
        fs::create_directories(folder_);
        std::ofstream(stamp(file)) << state(file);
    }
    [[nodiscard]] const fs::path& folder() const { return folder_; }

private:
    [[nodiscard]] fs::path stamp(const fs::path& file) const {
        std::string name = file.relative_path();
        std::replace(name.begin(), name.end(), '/', '.');
        return folder_ / (name + ".passed");
    }
    [[nodiscard]] std::string state(const fs::path& file) const {
        return fmt::format("{} {}", headers_, std::hash<std::string>{}(read_file(file)));
    }

    fs::path folder_;
    std::size_t headers_;
};

Complaint tidy(const fs::path& commands, const fs::path& file,
               const std::vector<std::string>& options) {
    std::vector<std::string> words{first_in_path({"clang-tidy-14", "clang-tidy"}), "--quiet", "-p",
                                   commands.string(), file.string()};
    words.insert(words.end(), options.begin(), options.end());
    const Outcome outcome = run({.words = words});
    return outcome.status == 0 ? std::nullopt : std::optional(outcome.output);
}

/// The files that lines of this kind are of: "error|warning", "note".
std::set<fs::path> named_in(const std::string& output, const std::string& kind) {
    const std::regex complaint(R"(^(\S+?):\d+:\d+: (?:)" + kind + "): ");
    std::set<fs::path> files;
    std::istringstream lines(output);
    std::smatch found;
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_search(line, found, complaint)) files.insert(found[1].str());
    }
    return files;
}

/// Puts those first that are complained of. A complaint of a header is of those that its notes
/// name. Where that parts nothing, half of them. Returns where the others begin.
Files::iterator part(Files& files, const std::string& output) {
    for (const char* kind : {"error|warning", "note"}) {
        const auto named = named_in(output, kind);
        const auto others = std::stable_partition(
            files.begin(), files.end(),
            [&](const fs::path& file) { return named.find(file) != named.end(); });
        if (others != files.begin() && others != files.end()) return others;
    }
    return files.begin() + static_cast<Files::difference_type>(files.size() / 2);
}

/// Sources that are compiled by one command, but for their names.
class Alike {
public:
    Alike(std::string command, Passed passed)
        : command_(std::move(command)), passed_(std::move(passed)) {}

    [[nodiscard]] Complaint check(const Files& all) const {
        Files files;
        std::copy_if(all.begin(), all.end(), std::back_inserter(files),
                     [this](const fs::path& file) { return !passed_.has(file); });
        const std::string complaints = complaints_of(files);
        return complaints.empty() ? std::nullopt : std::optional(complaints);
    }

private:
    // Each part is smaller than the whole. NOLINTNEXTLINE(misc-no-recursion)
    [[nodiscard]] std::string complaints_of(const Files& files) const {
        if (files.empty()) return "";
        // Most clashes are errors of the compiler, which is done long before clang-tidy.
        Complaint complaint =
            files.size() > 1 ? tidy_together(files, {only_unused_names}) : std::nullopt;
        if (!complaint) complaint = tidy_together(files, {});
        if (!complaint) {
            for (const fs::path& file : files) passed_.add(file);
            return "";
        }
        if (files.size() == 1) return *complaint;
        Files parted = files;
        const auto others = part(parted, *complaint);
        return complaints_of({parted.begin(), others}) + complaints_of({others, parted.end()});
    }

    [[nodiscard]] Complaint tidy_together(const Files& files,
                                          const std::vector<std::string>& options) const {
        const fs::path together = passed_.folder() / "together.cpp";
        fs::create_directories(passed_.folder());
        std::ofstream source(together);
        for (const fs::path& file : files)
            source << fmt::format("#include \"{}\"  // NOLINT\n", file.string());
        source.close();
        std::ofstream(passed_.folder() / "compile_commands.json") << nlohmann::json{
            {{"directory", passed_.folder().string()},
             {"file", together.string()},
             {"command", fmt::format("{} -ferror-limit=0 -c {}", command_, together.string())}}};
        return tidy(passed_.folder(), together, options);
    }

    std::string command_;
    Passed passed_;
};

/// common/runner, tests/net, labs/01-tcp-echo
std::string part_of_course(const Workspace& workspace, const fs::path& file) {
    const fs::path path = workspace.shown(file);
    return *path.begin() / *std::next(path.begin());
}

/// Our sources that are compiled, by part of the course and command.
using Groups = std::map<std::pair<std::string, std::string>, Files>;

Groups groups_of(const Workspace& workspace) {
    static const std::regex own_words(R"( -o \S+ -c \S+$)");
    const Files ours = files_of(workspace, {".cpp"});
    Groups groups;
    for (const auto& entry :
         nlohmann::json::parse(read_file(workspace.build() / "compile_commands.json"))) {
        const fs::path file = entry.at("file").get<std::string>();
        // Right submissions are other people's style.
        if (!std::binary_search(ours.begin(), ours.end(), file) ||
            workspace.shown(file).starts_with("tests/submissions/")) {
            continue;
        }
        const std::string command =
            std::regex_replace(entry.at("command").get<std::string>(), own_words, "");
        groups[{part_of_course(workspace, file), command}].push_back(file);
    }
    return groups;
}

/// build/verify/tidy/NAME
Passed passed_in(const Workspace& workspace, std::string name, std::size_t headers) {
    std::replace(name.begin(), name.end(), '/', '.');
    return {workspace.build() / "tidy" / name, headers};
}

Check check_together(const Workspace& workspace, const Groups::value_type& group,
                     std::size_t headers) {
    const auto& [part_and_command, files] = group;
    const auto& [name, command] = part_and_command;
    const Alike alike(
        command, passed_in(workspace, fmt::format("{}-{}", name, std::hash<std::string>{}(command)),
                           headers));
    return {.name = fmt::format("{}: {} files satisfy clang-tidy", name, files.size()),
            .run = [alike, all = files, turn = std::make_shared<std::mutex>()] {
                // Under --repeat several runs share the generated source.
                const std::scoped_lock lock(*turn);
                return alike.check(all);
            }};
}

Check check_by_itself(const Workspace& workspace, const fs::path& file, std::size_t headers) {
    const Passed passed = passed_in(workspace, "unused-names", headers);
    return {.name = workspace.shown(file) + " has no unused name (clang-tidy)",
            .run = [&workspace, file, passed]() -> Complaint {
                if (passed.has(file)) return std::nullopt;
                Complaint complaint = tidy(workspace.build(), file, {only_unused_names});
                if (!complaint) passed.add(file);
                return complaint;
            }};
}

}  // namespace

std::vector<Check> tidy_checks(const Workspace& workspace) {
    const std::size_t headers = state_of_headers(workspace);
    std::vector<Check> checks;
    std::set<fs::path> all;
    for (const auto& group : groups_of(workspace)) {
        checks.push_back(check_together(workspace, group, headers));
        all.insert(group.second.begin(), group.second.end());
    }
    for (const fs::path& file : all) {
        if (declares_names(file)) checks.push_back(check_by_itself(workspace, file, headers));
    }
    return checks;
}

}  // namespace runner
