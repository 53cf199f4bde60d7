#include "runner/verify/message_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <regex>

#include "runner/course/markdown.hpp"
#include "runner/machine/files.hpp"
#include "runner/verify/source_files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Complaint = std::optional<std::string>;
using Messages = std::vector<std::string>;

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// What stands between `…`, without blanks and colons at the ends; a bracket alone is nothing.
Messages pieces_of(const std::string& message) {
    static const std::string anything = "…";
    Messages pieces;
    std::size_t start = 0;
    for (bool last = false; !last;) {
        const auto end = message.find(anything, start);
        last = end == std::string::npos;
        const std::string piece = message.substr(start, last ? end : end - start);
        const auto first = piece.find_first_not_of(" :");
        if (std::any_of(piece.begin(), piece.end(), is_letter))
            pieces.push_back(piece.substr(first, piece.find_last_not_of(" :") - first + 1));
        start = end + anything.size();
    }
    return pieces;
}

/// Whether the quoted message, in which `…` stands for anything, can be this one.
bool is_quote_of(const std::string& quote, const std::string& message) {
    const Messages pieces = pieces_of(quote);
    std::size_t at = 0;
    for (const std::string& piece : pieces) {
        at = message.find(piece, at);
        if (at == std::string::npos) return false;
        at += piece.size();
    }
    return !pieces.empty();
}

/// The literals in a piece of C++, those side by side as one, with `…` for what is put in.
Messages literals_of(const std::string& code) {
    static const std::regex joint("\"\\s*\n\\s*\"");
    static const std::regex literal(R"lit("((?:[^"\\\n]|\\.)*)")lit");
    static const std::regex put_in(R"(\{[^}]*\})");
    static const std::regex quotation_mark(R"('\\?"')");
    const std::string joined =
        std::regex_replace(std::regex_replace(code, quotation_mark, ""), joint, "");
    Messages found;
    for (std::sregex_iterator it(joined.begin(), joined.end(), literal), end; it != end; ++it) {
        std::string text = std::regex_replace((*it)[1].str(), put_in, "…");
        text = std::regex_replace(text, std::regex(R"(\\n)"), "…");
        text = std::regex_replace(text, std::regex(R"(\\(.))"), "$1");
        found.push_back(text);
    }
    return found;
}

/// What the launcher says by `say` and `fail`: the first text behind the word.
Messages said_by_launcher(const std::string& script) {
    static const std::regex call(
        R"call((?:^|[ ;|{(])(?:say|fail|fail_with_log) (?:'([^'\n]*)'|"([^"\n]*)"))call");
    static const std::regex variable(R"(\$\w+|\$\{[^}]*\}|\$[*@])");
    Messages found;
    for (std::sregex_iterator it(script.begin(), script.end(), call), end; it != end; ++it)
        found.push_back(std::regex_replace((*it)[1].str() + (*it)[2].str(), variable, "…"));
    return found;
}

/// What the command says of wrong use: all texts of a WrongUse, one behind the other.
Messages said_of_wrong_use(const Workspace& workspace) {
    static const std::regex call(R"(WrongUse\(((?:[^;"]|"(?:[^"\\\n]|\\.)*")*);)");
    Messages found;
    for (const fs::path& file : files_of(workspace, {".cpp"})) {
        if (!workspace.shown(file).starts_with("common/runner/")) continue;
        const std::string text = read_file(file);
        for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
            const Messages literals = literals_of((*it)[1]);
            if (!literals.empty()) found.push_back(fmt::format("{}", fmt::join(literals, "…")));
        }
    }
    return found;
}

/// All that the course can say: for each source its texts, one behind the other, since a message
/// may be put together from several.
Messages said_by_course(const Workspace& workspace) {
    Messages found{read_file(workspace.root() / "lab")};
    for (const fs::path& file : files_of(workspace, {".cpp", ".hpp"})) {
        const std::string shown = workspace.shown(file);
        if (!shown.starts_with("common/") && !shown.starts_with("labs/")) continue;
        found.push_back(fmt::format("{}", fmt::join(literals_of(read_file(file)), "…")));
    }
    return found;
}

bool is_said_by_system(const std::string& quote) {
    constexpr int errors = 134;
    for (int error = 0; error < errors; ++error) {
        const char* said = ::strerrordesc_np(error);
        if (said != nullptr && quote.find(said) != std::string::npos) return true;
    }
    return false;
}

struct Quote {
    int line;
    std::string text;
    bool is_foreign;  ///< said by a program that is not ours
};

/// The messages of the page, and those that it does without.
struct Page {
    std::vector<Quote> quotes;
    Messages exceptions;
};

Page read_page(const fs::path& file) {
    static const std::regex quoted("### `(?:lab: )?([^`]*)`.*");
    static const std::regex exception(R"(no entry: (.*) \(.*\))");
    Page page;
    std::smatch match;
    for (const auto& part : read_markdown(file).parts) {
        if (part.kind == Markdown::Part::Kind::heading) {
            if (std::regex_match(part.text, match, quoted))
                page.quotes.push_back({.line = part.line, .text = match[1], .is_foreign = false});
        } else if (part.text == "said by another program" && !page.quotes.empty()) {
            page.quotes.back().is_foreign = true;
        } else if (std::regex_match(part.text, match, exception)) {
            page.exceptions.push_back(match[1]);
        }
    }
    return page;
}

Complaint complain(const Messages& complaints) {
    if (complaints.empty()) return std::nullopt;
    return fmt::format("{}", fmt::join(complaints, "\n"));
}

Complaint quotes_are_said(const Workspace& workspace, const fs::path& file) {
    const Messages said = said_by_course(workspace);
    Messages complaints;
    for (const Quote& quote : read_page(file).quotes) {
        const bool ours = std::any_of(said.begin(), said.end(), [&](const std::string& message) {
            return is_quote_of(quote.text, message);
        });
        if (ours || quote.is_foreign || is_said_by_system(quote.text)) continue;
        complaints.push_back(fmt::format("line {}: nothing says `{}`", quote.line, quote.text));
    }
    return complain(complaints);
}

Complaint messages_have_entries(const Workspace& workspace, const fs::path& file) {
    const Page page = read_page(file);
    Messages said = said_by_launcher(read_file(workspace.root() / "lab"));
    const Messages wrong_use = said_of_wrong_use(workspace);
    said.insert(said.end(), wrong_use.begin(), wrong_use.end());
    Messages complaints;
    for (const std::string& message : said) {
        if (pieces_of(message).empty()) continue;  // handed on
        const auto quotes_it = [&](const std::string& quote) {
            return is_quote_of(quote, message);
        };
        const bool has_entry =
            std::any_of(page.quotes.begin(), page.quotes.end(),
                        [&](const Quote& quote) { return quotes_it(quote.text); }) ||
            std::any_of(page.exceptions.begin(), page.exceptions.end(), quotes_it);
        if (!has_entry) complaints.push_back(fmt::format("no entry for `{}`", message));
    }
    for (const std::string& exception : page.exceptions) {
        if (std::none_of(said.begin(), said.end(), [&](const std::string& message) {
                return is_quote_of(exception, message);
            }))
            complaints.push_back(fmt::format("an exception is never said: `{}`", exception));
    }
    return complain(complaints);
}

}  // namespace

std::vector<Check> message_checks(const Workspace& workspace) {
    const fs::path page = workspace.root() / "docs" / "troubleshooting.md";
    if (!fs::exists(page)) return {};
    return {{.name = workspace.shown(page) + ": what it quotes is said",
             .run = [&workspace, page] { return quotes_are_said(workspace, page); }},
            {.name = workspace.shown(page) + ": what is said is there",
             .run = [&workspace, page] { return messages_have_entries(workspace, page); }}};
}

}  // namespace runner
