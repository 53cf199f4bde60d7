#include "runner/course/markdown_text.hpp"

#include <fmt/format.h>
#include <md4c.h>

#include <sstream>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "runner/machine/terminal.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

/// Writes a page as md4c's parser reads it out: blocks, spans and texts, each in its turn.
class Writer {
public:
    Writer(fs::path folder, std::size_t width) : folder_(std::move(folder)), width_(width) {}

    [[nodiscard]] std::string take() { return std::move(page_); }

    void enter(MD_BLOCKTYPE type, const void* detail) {
        switch (type) {
            case MD_BLOCK_UL:
                lists_.push_back({});
                break;
            case MD_BLOCK_OL:
                lists_.push_back({static_cast<const MD_BLOCK_OL_DETAIL*>(detail)->start});
                break;
            case MD_BLOCK_LI:
                begin_item();
                break;
            case MD_BLOCK_CODE:
                begin_block();
                break;
            case MD_BLOCK_TR:
                cells_ = 0;
                break;
            case MD_BLOCK_TH:
            case MD_BLOCK_TD:
                begin_cell();
                break;
            default:
                break;
        }
    }

    void leave(MD_BLOCKTYPE type) {
        switch (type) {
            case MD_BLOCK_H:
                end_heading();
                break;
            case MD_BLOCK_P:
                end_paragraph();
                break;
            case MD_BLOCK_CODE:
                end_code();
                break;
            case MD_BLOCK_LI:
                end_item();
                break;
            case MD_BLOCK_TR:
                end_row();
                break;
            case MD_BLOCK_UL:
            case MD_BLOCK_OL:
                lists_.pop_back();
                tight_ = false;
                break;
            case MD_BLOCK_TABLE:
                tight_ = false;
                break;
            default:
                break;
        }
    }

    void enter(MD_SPANTYPE type, const void* detail) {
        if (type == MD_SPAN_CODE) text_ += '`';
        if (type == MD_SPAN_A) {
            const auto& href = static_cast<const MD_SPAN_A_DETAIL*>(detail)->href;
            target_ = std::string(href.text, href.size);
            link_begin_ = text_.size();
        }
    }

    void leave(MD_SPANTYPE type) {
        if (type == MD_SPAN_CODE) text_ += '`';
        if (type == MD_SPAN_A) text_ += behind_link(text_.substr(link_begin_));
    }

    void add(MD_TEXTTYPE type, std::string_view text) {
        if (type == MD_TEXT_HTML) return;
        if (type == MD_TEXT_SOFTBR || type == MD_TEXT_BR) text = " ";
        text_ += text;
    }

private:
    struct List {
        unsigned number = 0;  ///< of the next item; 0: a list without numbers
    };

    /// What a reader without a mouse needs of a link.
    [[nodiscard]] std::string behind_link(const std::string& text) const {
        if (target_.find("://") != std::string::npos)
            return target_.find(text) == std::string::npos ? " (" + target_ + ')' : "";
        if (target_.starts_with('#')) return "";
        const std::string path = (folder_ / target_).lexically_normal().string();
        return text.find(path) == std::string::npos ? " (" + path + ')' : "";
    }

    /// An empty line before what comes, unless it follows its like in a list or table.
    void begin_block() {
        if (!page_.empty() && !tight_) page_ += '\n';
        tight_ = false;
    }

    void begin_item() {
        if (!text_.empty()) end_paragraph();  // of an item that has a list in it
        std::string sign = "- ";
        if (lists_.back().number > 0) sign = fmt::format("{}. ", lists_.back().number++);
        sign_ = std::string(indent_, ' ') + sign;
        indents_.push_back(sign.size());
        indent_ += sign.size();
    }

    void end_item() {
        end_paragraph();
        indent_ -= indents_.back();
        indents_.pop_back();
        tight_ = true;
    }

    void end_paragraph() {
        if (text_.empty()) return;
        begin_block();
        std::string margin = sign_.empty() ? std::string(indent_, ' ') : sign_;
        for (const std::string& line : wrap(text_, width_ - std::min(indent_, width_ / 2))) {
            page_ += margin + line + '\n';
            margin = std::string(indent_, ' ');
        }
        sign_.clear();
        text_.clear();
    }

    void end_heading() {
        begin_block();
        page_ += styled(Style::strong, text_) + '\n';
        text_.clear();
    }

    /// Code is never broken: it could not be typed then.
    void end_code() {
        std::istringstream lines(text_);
        for (std::string line; std::getline(lines, line);)
            page_ += line.empty() ? "\n" : std::string(indent_ + 4, ' ') + line + '\n';
        text_.clear();
    }

    void begin_cell() {
        if (cells_ == 0) sign_ = "- ";
        if (cells_ == 1) text_ += ": ";
        if (cells_ > 1) text_ += " · ";
        ++cells_;
    }

    void end_row() {
        indent_ += 2;
        end_paragraph();
        indent_ -= 2;
        tight_ = true;
    }

    fs::path folder_;
    std::size_t width_;
    std::string page_;
    std::string text_;  ///< of the block that is being read
    std::string target_;
    std::size_t link_begin_ = 0;
    std::vector<List> lists_;
    std::vector<std::size_t> indents_;
    std::size_t indent_ = 0;
    std::string sign_;  ///< what stands before an item's first line
    bool tight_ = false;
    int cells_ = 0;
};

/// md4c calls functions of C: each hands over to the writer.
MD_PARSER parser_for_writer() {
    MD_PARSER parser{};
    parser.flags = MD_FLAG_TABLES;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* writer) {
        static_cast<Writer*>(writer)->enter(type, detail);
        return 0;
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* writer) {
        static_cast<Writer*>(writer)->leave(type);
        return 0;
    };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* writer) {
        static_cast<Writer*>(writer)->enter(type, detail);
        return 0;
    };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* writer) {
        static_cast<Writer*>(writer)->leave(type);
        return 0;
    };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* writer) {
        static_cast<Writer*>(writer)->add(type, {text, size});
        return 0;
    };
    return parser;
}

}  // namespace

std::string as_text(const std::string& markdown, const fs::path& folder, std::size_t width) {
    Writer writer(folder, width);
    const MD_PARSER parser = parser_for_writer();
    if (md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &writer) != 0)
        throw std::runtime_error("md4c could not read a page in " + folder.string());
    return writer.take();
}

}  // namespace runner
