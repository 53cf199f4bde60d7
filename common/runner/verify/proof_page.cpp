#include "runner/verify/proof_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "runner/machine/terminal.hpp"
#include "runner/testing/picture.hpp"
#include "runner/testing/verdicts.hpp"

namespace runner {
namespace {

constexpr std::string_view head_of_tests = "| test case | wrong programs that fail it |";

constexpr std::string_view opening = R"(# What the wrong programs prove

This page is generated: `./lab verify --update-proof` writes it, and `./lab verify` fails when it is not current. For
each test case it lists the wrong programs that fail it, at their own stage; “at times” are those that do in some runs and
not in others, because chance has a say. [How to add a lab](add-a-lab.md) tells what the programs are.
)";

std::string cell(const std::string& text) {
    return std::regex_replace(text, std::regex(R"(\|)"), R"(\|)");
}

std::string link(const Lab& lab, const std::string& name) {
    return fmt::format("[{}](../tests/submissions/{}/wrong/{}.patch)", name, lab.id, name);
}

std::string draw_failures(const Lab& lab, const std::map<std::string, How>& failures) {
    std::string text;
    for (const auto& [name, how] : failures) {
        text += (text.empty() ? "" : ", ") + link(lab, name);
        if (how == How::at_times) text += " at times";
    }
    return text;
}

std::string draw_stage(const LabPage& page, const Stage& stage) {
    std::string text = fmt::format("\n### {} {}\n\n{}\n| --- | --- |\n",
                                   number_of(*page.lab, stage), stage.id, head_of_tests);
    const auto tests = page.tests.find(stage.id);
    if (tests == page.tests.end()) return text;
    for (const std::string& test : tests->second) {
        const auto found = page.failures.find(test);
        text += fmt::format(
            "| {} | {} |\n", cell(test),
            found == page.failures.end() ? "" : draw_failures(*page.lab, found->second));
    }
    return text;
}

std::string draw_verdicts(const LabPage& page) {
    std::string text =
        "\n### Its verdicts\n\n| verdict | proven by | wrong programs |\n| --- | ---: | --- |\n";
    for (const std::string_view verdict : verdicts) {
        std::vector<std::string> links;
        for (const WrongSubmission& wrong : page.wrong) {
            if (wrong.verdict == verdict) links.push_back(link(*page.lab, wrong.name));
        }
        if (links.empty()) continue;
        text += fmt::format("| {} | {} | {} |\n", verdict, links.size(), fmt::join(links, ", "));
    }
    return text;
}

std::string draw_sentences(const LabPage& page) {
    std::string text = "\n### Sentences never said\n\n";
    if (page.excused.empty())
        return text + "None: all that its tests explain is told to some wrong program.\n";
    for (const auto& [sentence, reason] : page.excused)
        text += fmt::format("- “{}”: {}\n", sentence, reason);
    return text;
}

/// The lines of one text that are not in the other, each with a mark before it.
std::vector<std::string> only_in(const std::string& one, const std::string& other, char mark) {
    const auto others = lines_of(other);
    std::vector<std::string> only;
    for (const std::string& line : lines_of(one)) {
        if (std::find(others.begin(), others.end(), line) == others.end())
            only.push_back(fmt::format("{} {}", mark, line));
    }
    return only;
}

}  // namespace

std::filesystem::path proof_page(const Workspace& workspace) {
    return workspace.root() / "docs" / "proof.md";
}

std::string draw_proof(const std::vector<LabPage>& labs) {
    std::string text(opening);
    for (const LabPage& page : labs) {
        text += fmt::format("\n## {}\n", page.lab->id);
        for (const Stage& stage : page.lab->stages) text += draw_stage(page, stage);
        text += draw_verdicts(page) + draw_sentences(page);
    }
    return text;
}

std::map<std::string, Failures> read_proof(const std::string& page) {
    static const std::regex row(R"(\| (.*) \| (\[.*) \|)");
    static const std::regex name(R"(\[([^\]]+)\]\([^)]*\)( at times)?)");
    std::map<std::string, Failures> labs;
    std::string lab;
    bool in_tests = false;
    for (const std::string& line : lines_of(page)) {
        std::smatch match;
        if (line.starts_with("## ")) lab = line.substr(3);
        in_tests = line == head_of_tests || (in_tests && line.starts_with('|'));
        // std::regex recurses once a letter: no row of ours is that long.
        if (!in_tests || line.size() > 20000 || !std::regex_match(line, match, row)) continue;
        const std::string test = std::regex_replace(match[1].str(), std::regex(R"(\\\|)"), "|");
        const std::string names = match[2];
        for (std::sregex_iterator it(names.begin(), names.end(), name), end; it != end; ++it)
            labs[lab][test][(*it)[1]] = (*it)[2].matched ? How::at_times : How::always;
    }
    return labs;
}

std::string differences(const std::string& page, const std::string& wanted) {
    constexpr std::size_t most = 12;
    auto lines = only_in(page, wanted, '-');
    const auto added = only_in(wanted, page, '+');
    lines.insert(lines.end(), added.begin(), added.end());
    const std::size_t left_out = lines.size() > most ? lines.size() - most : 0;
    lines.resize(lines.size() - left_out);
    if (left_out > 0) lines.push_back(fmt::format("… and {} lines more", left_out));
    return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace runner
