#include "runner/course/markdown.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace runner {
namespace {

/// GitHub's rule: lower case, blanks become hyphens, other punctuation goes.
std::string anchor_of(const std::string& heading) {
    std::string anchor;
    for (const char c : heading) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == ' ' || c == '-') {
            anchor += '-';
        } else if (c == '_' || byte >= 0x80 || std::isalnum(byte) != 0) {
            anchor += static_cast<char>(std::tolower(byte));
        }
    }
    return anchor;
}

void add_links(const std::string& line, int number, Markdown& result) {
    static const std::regex link(R"(\]\(([^)\s#]*)#?([^)\s]*)\))");
    for (std::sregex_iterator it(line.begin(), line.end(), link), end; it != end; ++it) {
        result.links.push_back({.line = number, .target = (*it)[1], .anchor = (*it)[2]});
    }
}

void add_heading(const std::string& line, Markdown& result) {
    static const std::regex heading(R"(^(#+) +(.*?) *$)");
    std::smatch match;
    if (!std::regex_match(line, match, heading)) return;
    result.headings.push_back({.level = static_cast<int>(match[1].length()),
                               .text = match[2],
                               .anchor = anchor_of(match[2]),
                               .next = {}});
}

/// `<!-- board -->`, `<!-- failure: … -->`: what the block below is a picture of.
bool names_picture(const std::string& comment) {
    return comment == "board" || comment.starts_with("failure: ");
}

/// Takes a page line by line.
class Reader {
public:
    void add(const std::string& line) {
        ++number_;
        if (below_heading_) result.headings.back().next = line;
        below_heading_ = false;
        if (line.starts_with("```")) {
            fence(line.substr(3));
        } else if (in_code_) {
            result.parts.back().text += line + '\n';
            if (in_picture_) result.pictures.back().text += line + '\n';
        } else {
            add_text(line);
        }
    }

    Markdown result;

private:
    using Kind = Markdown::Part::Kind;

    void fence(const std::string& language) {
        in_code_ = !in_code_;
        if (!in_code_) return;
        in_picture_ = !picture_of_.empty();
        if (in_picture_)
            result.pictures.push_back({.line = number_, .of = picture_of_, .text = {}});
        picture_of_.clear();
        result.parts.push_back(
            {.kind = Kind::block, .line = number_, .language = language, .text = {}});
    }

    void add_text(const std::string& line) {
        static const std::regex comment("<!-- (.*) -->");
        std::smatch match;
        if (std::regex_match(line, match, comment)) {
            result.parts.push_back({.kind = Kind::comment, .line = number_, .text = match[1]});
            if (names_picture(match[1])) picture_of_ = match[1];
        }
        const std::size_t before = result.headings.size();
        add_heading(line, result);
        below_heading_ = result.headings.size() > before;
        if (below_heading_)
            result.parts.push_back({.kind = Kind::heading, .line = number_, .text = line});
        add_links(line, number_, result);
    }

    int number_ = 0;
    bool in_code_ = false;
    bool in_picture_ = false;
    bool below_heading_ = false;
    std::string picture_of_;
};

}  // namespace

bool Markdown::has_anchor(const std::string& anchor) const {
    return std::any_of(headings.begin(), headings.end(),
                       [&](const Heading& h) { return h.anchor == anchor; });
}

Markdown read_markdown(const std::filesystem::path& file) {
    std::ifstream text(file);
    if (!text) throw std::runtime_error("cannot read " + file.string());
    Reader reader;
    for (std::string line; std::getline(text, line);) reader.add(line);
    return reader.result;
}

}  // namespace runner
