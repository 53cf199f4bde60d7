#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace runner {

/// What a Markdown file refers to and can be referred to by, as GitHub reads it, and its code
/// blocks.
struct Markdown {
    struct Heading {
        int level;
        std::string text;
        std::string anchor;  ///< "echo-once": what a link's fragment must be
        std::string next;    ///< the line below
    };
    struct Link {
        int line;
        std::string target;  ///< a path relative to the file, or a URL; empty: the file itself
        std::string anchor;
    };

    /// What matters to whoever types what the page says, in the order of the page.
    struct Part {
        enum class Kind { heading, comment, block };
        Kind kind;
        int line;
        std::string language{};  ///< of a block: "sh"
        std::string text;        ///< of a comment, `<!-- TEXT -->`, that has a line of its own
    };

    struct Picture {
        int line;
        std::string
            of;  ///< what the comment above says: "board", "failure: 01-tcp-echo wrong/strlen"
        std::string text;  ///< the code block
    };

    std::vector<Heading> headings;
    std::vector<Link> links;
    std::vector<Part> parts;
    std::vector<Picture>
        pictures;  ///< code blocks below a comment `<!-- board -->` or `<!-- failure: … -->`

    [[nodiscard]] bool has_anchor(const std::string& anchor) const;
};

/// Throws std::runtime_error if the file cannot be read.
[[nodiscard]] Markdown read_markdown(const std::filesystem::path& file);

}  // namespace runner
