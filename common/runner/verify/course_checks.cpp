#include "runner/verify/course_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "runner/course/markdown.hpp"
#include "runner/course/pages.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/student/student_files.hpp"
#include "runner/testing/verdicts.hpp"
#include "runner/verify/source_files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Complaint = std::optional<std::string>;

Complaint complain(const std::vector<std::string>& complaints) {
    if (complaints.empty()) return std::nullopt;
    return fmt::format("{}", fmt::join(complaints, "\n"));
}

/// Each stage is a heading `## ID`, with its title in the line below, in the order of lab.json.
Complaint headings_agree(const fs::path& file, const Lab& lab, bool with_title) {
    std::vector<std::string> complaints;
    const Markdown text = read_markdown(file);
    std::vector<std::string> found;
    for (const auto& heading : text.headings) {
        const auto stage = std::find_if(lab.stages.begin(), lab.stages.end(),
                                        [&](const Stage& s) { return s.id == heading.text; });
        if (stage == lab.stages.end() || heading.level != 2) continue;
        found.push_back(heading.text);
        if (with_title && heading.next.find(stage->title) == std::string::npos) {
            complaints.push_back(fmt::format("below `## {}` should stand its title, \"{}\"",
                                             stage->id, stage->title));
        }
    }
    std::vector<std::string> wanted;
    for (const Stage& stage : lab.stages) wanted.push_back(stage.id);
    if (found != wanted) {
        complaints.push_back(fmt::format("the headings `## STAGE` should be: {}; they are: {}",
                                         fmt::join(wanted, ", "), fmt::join(found, ", ")));
    }
    return complain(complaints);
}

Complaint parts_stand(const fs::path& handout, const Lab& lab) {
    static const std::vector<std::string> parts{
        "**Why**", "**What to build**", "**What is tested**", "**Leave for later**", "**Look**"};
    std::ifstream file(handout);
    std::string stage;
    std::map<std::string, std::set<std::string>> seen;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## ")) stage = line.substr(3);
        for (const std::string& part : parts) {
            if (line.starts_with(part)) seen[stage].insert(part);
        }
    }
    std::vector<std::string> complaints;
    for (const Stage& s : lab.stages) {
        for (const std::string& part : parts) {
            if (!seen[s.id].contains(part))
                complaints.push_back(fmt::format("`## {}` has no paragraph {}", s.id, part));
        }
    }
    return complain(complaints);
}

/// None where the stage has no part in the page: another check tells that.
std::vector<Hint> hints_of(const Lab& lab, const Stage& stage) {
    try {
        return read_hints(lab, stage);
    } catch (const std::runtime_error&) {
        return {};
    }
}

/// Each stage has the hints `### 1`, `### 2` and `### 3`, and the verdicts that they name exist.
Complaint three_hints_stand(const Lab& lab) {
    static const std::vector<int> three{1, 2, 3};
    std::vector<std::string> complaints;
    for (const Stage& stage : lab.stages) {
        std::vector<int> numbers;
        for (const Hint& hint : hints_of(lab, stage)) {
            numbers.push_back(hint.number);
            for (const std::string& verdict : hint.verdicts) {
                if (order_of(verdict) < verdicts.size()) continue;
                complaints.push_back(fmt::format("`## {}`, hint {}: {} is no verdict", stage.id,
                                                 hint.number, verdict));
            }
        }
        if (numbers == three) continue;
        complaints.push_back(fmt::format("`## {}` should have ### 1, ### 2 and ### 3", stage.id));
    }
    return complain(complaints);
}

/// The starter marks each stage, and nothing else; the solution marks none.
Complaint marks_agree(const Workspace& workspace, const Lab& lab) {
    std::vector<std::string> complaints;
    auto marks = find_marks(lab.folder / "starter");
    for (const Stage& stage : lab.stages) {
        if (marks.erase(stage.id) == 0)
            complaints.push_back("the starter has no TODO(\"" + stage.id + "\")");
    }
    for (const auto& [id, mark] : marks) {
        complaints.push_back(fmt::format("{}:{}: TODO(\"{}\") is no stage of lab.json",
                                         workspace.shown(mark.file), mark.line, id));
    }
    for (const auto& [id, mark] : find_marks(workspace.root() / "solutions" / lab.id)) {
        complaints.push_back(
            fmt::format("{}:{}: a solution is finished", workspace.shown(mark.file), mark.line));
    }
    return complain(complaints);
}

Complaint chapters_exist(const Workspace& workspace, const Lab& lab) {
    std::vector<std::string> complaints;
    for (const Stage& stage : lab.stages) {
        for (const std::string& chapter : stage.concepts) {
            const fs::path file = workspace.root() / "docs" / "concepts" / (chapter + ".md");
            if (fs::exists(file)) continue;
            complaints.push_back(
                fmt::format("stage {}: there is no {}", stage.id, workspace.shown(file)));
        }
    }
    return complain(complaints);
}

Complaint links_lead_somewhere(const fs::path& file) {
    std::vector<std::string> complaints;
    const Markdown text = read_markdown(file);
    for (const auto& link : text.links) {
        if (link.target.find(':') != std::string::npos) continue;  // a URL: not ours to try
        const fs::path target = link.target.empty() ? file : file.parent_path() / link.target;
        if (!fs::exists(target)) {
            complaints.push_back(fmt::format("line {}: there is no {}", link.line, link.target));
        } else if (!link.anchor.empty() && target.extension() == ".md" &&
                   !read_markdown(target).has_anchor(link.anchor)) {
            complaints.push_back(fmt::format("line {}: {} has no heading for #{}", link.line,
                                             link.target, link.anchor));
        }
    }
    return complain(complaints);
}

/// That `lab` knows the verb and the options of a command that a page shows. What stands behind a
/// `#` or some blanks is said about it.
Complaint understands(const Workspace& workspace, const std::string& command) {
    std::istringstream stream(command.substr(0, std::min(command.find('#'), command.find("  "))));
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    Command help{.words = {(workspace.build() / "lab").string()}};
    if (words.size() > 1 && !words[1].starts_with('-')) help.words.push_back(words[1]);
    help.words.emplace_back("--help");
    const Outcome outcome = run(help);
    // Asked about a verb that it does not know, it tells its own usage.
    const auto usage = outcome.output.find("Usage: ");
    const std::string line = outcome.output.substr(std::min(usage, outcome.output.size()));
    const bool known = help.words.size() == 2 ||
                       line.substr(0, line.find('\n')).find(words[1]) != std::string::npos;
    if (outcome.status != 0 || !known) return "`" + command + "` is not understood";
    for (const std::string& word : words) {
        if (word.starts_with("--") && outcome.output.find(word) == std::string::npos) {
            return fmt::format("`{}`: there is no option {}", command, word);
        }
    }
    return std::nullopt;
}

Complaint commands_work(const Workspace& workspace, const fs::path& file) {
    std::vector<std::string> complaints;
    for (const auto& command : read_markdown(file).commands) {
        if (const auto wrong = understands(workspace, command.text)) {
            complaints.push_back(fmt::format("line {}: {}", command.line, *wrong));
        }
    }
    return complain(complaints);
}

}  // namespace

std::vector<Check> course_checks(const Workspace& workspace, const Course& course) {
    std::vector<Check> checks;
    const auto add = [&](const std::string& name, std::function<Complaint()> run) {
        checks.push_back({.name = name, .run = std::move(run)});
    };
    add("every lab can be read", [&course]() -> Complaint {
        std::vector<std::string> complaints;
        for (const BrokenLab& broken : course.broken) complaints.push_back(broken.why);
        return complain(complaints);
    });
    for (const Lab& lab : course.labs) {
        const fs::path handout = lab.folder / "README.md";
        const fs::path hints = lab.folder / "HINTS.md";
        add(lab.id + ": the handout has the stages of lab.json",
            [=, &lab] { return headings_agree(handout, lab, true); });
        add(lab.id + ": the handout's stages have their fixed parts",
            [=, &lab] { return parts_stand(handout, lab); });
        add(lab.id + ": the hints have the stages of lab.json",
            [=, &lab] { return headings_agree(hints, lab, false); });
        add(lab.id + ": each stage has three hints", [&lab] { return three_hints_stand(lab); });
        add(lab.id + ": the starter marks every stage",
            [&] { return marks_agree(workspace, lab); });
        add(lab.id + ": each concept has its chapter",
            [&] { return chapters_exist(workspace, lab); });
    }
    for (const fs::path& file : files_of(workspace, {".md"})) {
        const std::string name = workspace.shown(file);
        add(name + ": links lead somewhere", [file] { return links_lead_somewhere(file); });
        add(name + ": commands are understood",
            [&workspace, file] { return commands_work(workspace, file); });
    }
    return checks;
}

}  // namespace runner
