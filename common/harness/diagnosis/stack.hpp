#pragma once

#include <string>
#include <vector>

#include "harness/faults/plan.hpp"

namespace harness {

/// The frames of a stack that lie in a student's own source files, innermost first, each as
/// "in send_all, echo_server.cpp:51". The others are left out: the system's, a sanitizer's, the
/// course's own, and whatever was built without debug information (libdw).
[[nodiscard]] std::vector<std::string> student_frames(const std::vector<faults::Frame>& stack);

}  // namespace harness
