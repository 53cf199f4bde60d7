#include "runner/verbs/watch.hpp"

#include "runner/wrong_use.hpp"

namespace runner {

int watch_command(const Workspace& /*workspace*/, const Course& /*course*/,
                  const std::vector<std::string>& /*words*/) {
    throw WrongUse("lab watch is still being written");
}

}  // namespace runner
