#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/programs/process.hpp"

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

/// The port that a tool prints in its first line.
[[nodiscard]] std::uint16_t announced_port(Process& tool);

/// Waits until a tool has said on stderr that it listens.
void await_listening(Process& tool);

}  // namespace harness
