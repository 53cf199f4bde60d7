#include "runner/verbs/reset.hpp"

#include "runner/wrong_use.hpp"

namespace runner {

int reset_command(const Workspace& /*workspace*/, const Course& /*course*/,
                  const ResetOptions& /*options*/) {
    throw WrongUse("lab reset is still being written");
}

}  // namespace runner
