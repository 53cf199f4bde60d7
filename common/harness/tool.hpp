#pragma once

#include <string>
#include <vector>

#include "harness/process.hpp"

namespace harness {

/// A program that nobody here wrote: a real client or server for a student's program, found in
/// PATH. Where it is missing the test is SKIPPED, and says which package has it.
class Tool {
public:
    /// `name` may list several, "nc.openbsd,nc": the first that is there is taken.
    Tool(const std::string& name, const std::string& debian_package);

    /// Starts it, with a pipe to its stdin.
    [[nodiscard]] Process run(std::vector<std::string> arguments) const;

private:
    std::string file_;
};

}  // namespace harness
