#include "runner/verbs/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "runner/exit_status.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/verbs/findings.hpp"

namespace runner {
namespace {

/// "  costs  the text, wrapped, its further lines under its first one".
std::string entry(std::string_view name, const std::string& text) {
    constexpr std::size_t indent = 9;
    if (text.empty()) return {};
    std::string result;
    for (const std::string& line : wrap(text, line_width() - indent)) {
        result += (result.empty() ? "  " + fit(name, indent - 2) : std::string(indent, ' ')) +
                  line + '\n';
    }
    return result;
}

std::string draw(const Finding& finding) {
    if (finding.loss == Loss::none) {
        const std::string line = finding.what + (finding.seen.empty() ? "" : ": " + finding.seen);
        std::string result;
        for (const std::string& part : wrap(line, line_width() - 2))
            result += (result.empty() ? styled(Style::good, "✓") + ' ' : "  ") + part + '\n';
        return result;
    }
    // What costs no stage and no verdict is no reason to stop and mend it.
    const std::string sign = finding.loss == Loss::comfort ? "·" : styled(Style::bad, "✗");
    return sign + ' ' + styled(Style::strong, finding.what) + '\n' + entry("seen", finding.seen) +
           entry("costs", finding.costs) + entry("get", finding.get);
}

/// What the launcher, which looks for tools, has found: the exit status that it would give.
Loss loss_of_tools() {
    const char* text = std::getenv("LAB_DOCTOR_TOOLS");
    const std::string_view status = text == nullptr ? "" : text;
    return status == "3" ? Loss::course : status == "1" ? Loss::stages : Loss::none;
}

struct Conclusion {
    const char* words;
    int status;
};

Conclusion conclude(Loss worst) {
    switch (worst) {
        case Loss::course:
            return {"The course cannot run here: see ✗ above.", exit_not_built};
        case Loss::stages:
            return {"The course runs, but not every stage or verdict is whole: see ✗ above.",
                    exit_failed};
        default:
            return {"Every lab can be done whole.", exit_passed};
    }
}

}  // namespace

int doctor_command(const Workspace& workspace, const Course& course) {
    Loss worst = loss_of_tools();
    std::cout << styled(Style::strong, "Machine") << '\n';
    for (const Finding& finding : examine(workspace, course)) {
        std::cout << draw(finding) << std::flush;
        worst = std::max(worst, finding.loss);
    }
    const Conclusion conclusion = conclude(worst);
    std::cout << '\n';
    for (const std::string& line : wrap(conclusion.words, line_width())) std::cout << line << '\n';
    return conclusion.status;
}

}  // namespace runner
