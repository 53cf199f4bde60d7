#include "runner/verify/verdict_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "runner/course/markdown.hpp"
#include "runner/testing/verdicts.hpp"
#include "runner/verify/proof.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Complaint = std::optional<std::string>;

std::vector<fs::path> entries_of(const fs::path& folder) {
    if (!fs::is_directory(folder)) return {};
    const fs::directory_iterator entries(folder);
    return {fs::begin(entries), fs::end(entries)};
}

/// The verdicts that the patches below `submissions` claim to prove.
void add_claims(const fs::path& submissions, std::set<std::string>& claims) {
    for (const fs::path& lab : entries_of(submissions)) {
        for (const fs::path& patch : entries_of(lab / "wrong"))
            claims.insert(read_wrong_submission(patch).verdict);
    }
}

Complaint page_has_each(const fs::path& page) {
    std::vector<std::string> parts;
    for (const auto& heading : read_markdown(page).headings) {
        if (heading.level == 2) parts.push_back(heading.text);
    }
    if (std::equal(parts.begin(), parts.end(), verdicts.begin(), verdicts.end()))
        return std::nullopt;
    return fmt::format("its headings should be: {}; they are: {}", fmt::join(verdicts, ", "),
                       fmt::join(parts, ", "));
}

Complaint each_is_proven(const Workspace& workspace) {
    const fs::path tests = workspace.root() / "tests";
    std::set<std::string> claims{"PASS", "NOT_STARTED"};
    add_claims(tests / "submissions", claims);
    for (const fs::path& course : entries_of(tests / "courses"))
        add_claims(course / "tests" / "submissions", claims);
    std::vector<std::string> complaints;
    for (const std::string_view verdict : verdicts) {
        if (claims.erase(std::string(verdict)) == 0)
            complaints.push_back(fmt::format("no wrong submission proves {}", verdict));
    }
    for (const std::string& unknown : claims)
        complaints.push_back(fmt::format("a wrong submission proves {}, which is none", unknown));
    if (complaints.empty()) return std::nullopt;
    return fmt::format("{}", fmt::join(complaints, "\n"));
}

}  // namespace

std::vector<Check> verdict_checks(const Workspace& workspace) {
    const fs::path page = workspace.root() / "docs" / "verdicts.md";
    if (!fs::exists(page)) return {};
    return {{.name = workspace.shown(page) + ": each verdict has its part",
             .run = [page] { return page_has_each(page); }},
            {.name = "each verdict is proven",
             .run = [&workspace] { return each_is_proven(workspace); }}};
}

}  // namespace runner
