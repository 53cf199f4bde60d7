#pragma once

#include <map>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/verify/proof.hpp"

namespace runner {

/// Whether a wrong submission fails a test in every run, or chance has a say.
enum class How { always, at_times };

/// The wrong submissions that fail a test, by the test and by their names.
using Failures = std::map<std::string, std::map<std::string, How>>;

/// What the page of proof says of one lab.
struct LabPage {
    const Lab* lab = nullptr;
    std::map<std::string, std::vector<std::string>> tests;  ///< in the order of the file, by stage
    Failures failures;
    std::vector<WrongSubmission> wrong;
    std::map<std::string, std::string> excused;  ///< sentences that cannot be said, with the reason
};

[[nodiscard]] std::filesystem::path proof_page(const Workspace& workspace);

/// The page of proof, docs/proof.md.
[[nodiscard]] std::string draw_proof(const std::vector<LabPage>& labs);

/// What a page of proof lists, by lab; nothing for a text that is none.
[[nodiscard]] std::map<std::string, Failures> read_proof(const std::string& page);

/// The lines that one page has and the other has not, as a few lines to read.
[[nodiscard]] std::string differences(const std::string& page, const std::string& wanted);

}  // namespace runner
