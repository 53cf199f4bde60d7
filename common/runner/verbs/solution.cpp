#include "runner/verbs/solution.hpp"

#include "runner/wrong_use.hpp"

namespace runner {

int solution_command(const Workspace& /*workspace*/, const Course& /*course*/,
                     const SolutionOptions& /*options*/) {
    throw WrongUse("lab solution is still being written");
}

}  // namespace runner
