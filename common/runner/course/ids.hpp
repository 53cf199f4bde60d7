#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "runner/course/course.hpp"

namespace runner {

/// What a person named. `lab` points into the course it was selected from, which must outlive it.
struct Selection {
    const Lab* lab = nullptr;
    std::optional<std::size_t> stage;  ///< index into lab->stages; nothing: the whole lab
};

/// Understands "1", "01", "01-tcp-echo", "tcp-echo" (a lab), "1.3", "1.echo-stream" (a lab's stage,
/// counted from 1), "echo-stream" (a stage that only one lab has), or two words, lab and stage. A
/// word that names a lab and a stage means the lab. Throws WrongUse, which says what is known and
/// names the nearest id, or why the lab that is meant is broken.
[[nodiscard]] Selection select(const Course& course, std::span<const std::string> words);

/// A selection would point into a course that is gone.
Selection select(Course&& course, std::span<const std::string> words) = delete;

/// As select(), for what is done to whole labs. Throws WrongUse also for a stage.
[[nodiscard]] const Lab& select_lab(const Course& course, std::span<const std::string> words);

}  // namespace runner
