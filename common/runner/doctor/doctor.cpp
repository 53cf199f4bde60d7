#include "runner/doctor/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "runner/doctor/findings.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/terminal.hpp"

namespace runner {
namespace {

std::string part(std::string_view name, const std::string& text) {
    return entry(name, text, 9, line_width());
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
    return sign + ' ' + styled(Style::strong, finding.what) + '\n' + part("seen", finding.seen) +
           part("costs", finding.costs) + part("get", finding.get);
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
