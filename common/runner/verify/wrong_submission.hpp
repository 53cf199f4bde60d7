#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"
#include "runner/verify/proof.hpp"

namespace runner {

/// The headers of all patches in tests/submissions/LAB/wrong, sorted by name. Throws like
/// read_wrong_submission().
[[nodiscard]] std::vector<WrongSubmission> wrong_submissions(const Workspace& workspace,
                                                             const Lab& lab);

/// The stages up to the one that it fails, in their order, but for those whose tests start none of
/// the programs in `built`: the solution's own programs have passed those already.
[[nodiscard]] std::vector<const Stage*> stages_to_run(const Lab& lab, const WrongSubmission& wrong,
                                                      const std::filesystem::path& built,
                                                      const LabProof& proof);

/// That a wrong submission passes the stages before its own, and fails there with its verdict and
/// its words. One of BUILD is tried to build; one of FLAKY is run several times.
[[nodiscard]] std::optional<std::string> fails_as_it_says(const Workspace& workspace,
                                                          const Lab& lab,
                                                          const std::filesystem::path& patch,
                                                          Proof& proof);

/// Runs it at its own stage once more, and notes what it fails.
void run_again(const Workspace& workspace, const Lab& lab, const WrongSubmission& wrong,
               Proof& proof);

}  // namespace runner
