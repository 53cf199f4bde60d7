#pragma once

namespace runner {

/// The exit statuses of the `lab` command.
enum ExitStatus { exit_passed = 0, exit_failed = 1, exit_wrong_use = 2, exit_not_built = 3 };

}  // namespace runner
