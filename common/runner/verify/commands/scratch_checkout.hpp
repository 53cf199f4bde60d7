#pragma once

#include <filesystem>
#include <string>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// A checkout in which nobody has begun, for commands that are tried. What it has of the course are
/// links; what is built in it was built before, in the tree of `workspace`: the starters, and the
/// starters after each step. It goes with the object.
class ScratchCheckout {
public:
    ScratchCheckout(const Workspace& workspace, const Course& course);
    ~ScratchCheckout();
    ScratchCheckout(const ScratchCheckout&) = delete;
    ScratchCheckout& operator=(const ScratchCheckout&) = delete;

    [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }

    /// Gives the student the files and programs of a lab that is done up to a stage. Throws
    /// std::runtime_error if there is no such lab or stage.
    void finish_up_to(const std::string& lab, const std::string& stage) const;

private:
    void link_lab(const Lab& lab) const;

    const Workspace& workspace_;
    const Course& course_;
    std::filesystem::path root_;
};

}  // namespace runner
