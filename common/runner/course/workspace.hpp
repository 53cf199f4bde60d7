#pragma once

#include <filesystem>
#include <string>

#include "runner/course/course.hpp"

namespace runner {

/// Where things lie: the checkout and one build tree in it.
class Workspace {
public:
    Workspace(std::filesystem::path root, std::string tree)
        : root_(std::move(root)), tree_(std::move(tree)) {}

    /// The checkout that the launcher names (LAB_ROOT), or the one around the current folder.
    /// Throws WrongUse where there is none.
    [[nodiscard]] static Workspace find();

    /// The same checkout with another build tree: "verify".
    [[nodiscard]] Workspace with_tree(const std::string& tree) const { return {root_, tree}; }

    [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }
    [[nodiscard]] std::filesystem::path build() const { return root_ / "build" / tree_; }

    /// What the command itself keeps of the student's: progress, copies, locks.
    [[nodiscard]] std::filesystem::path own() const { return root_ / ".lab"; }
    [[nodiscard]] std::filesystem::path progress_file() const { return own() / "progress.json"; }
    [[nodiscard]] std::filesystem::path supervisor() const { return build() / "supervisor"; }

    /// The test program of a lab, and the list of its tests.
    [[nodiscard]] std::filesystem::path tests(const Lab& lab) const {
        return build() / "labs" / lab.id / "tests";
    }
    [[nodiscard]] std::filesystem::path test_list(const Lab& lab) const {
        return build() / "labs" / lab.id / "tests.json";
    }

    /// Where the student's programs of a lab are built.
    [[nodiscard]] std::filesystem::path programs(const Lab& lab) const {
        return build() / "labs" / lab.id;
    }

    /// A path as people read it: relative to the checkout.
    [[nodiscard]] std::string shown(const std::filesystem::path& path) const;

private:
    std::filesystem::path root_;
    std::string tree_;
};

}  // namespace runner
