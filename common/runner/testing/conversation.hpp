#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runner/testing/test_report.hpp"

namespace runner {

/// The conversation of a test with a program, in two columns: left what the test did, right what
/// the program did. Of a long one the middle is left out.
class Conversation {
public:
    /// `record` must outlive it. `width` columns in all.
    Conversation(const TestRecord& record, std::string program, std::size_t width);

    /// With so many steps at its beginning and its end.
    [[nodiscard]] std::string draw(std::size_t head = 4, std::size_t tail = 10) const;

    /// With as many steps as fit into so many lines, most of them from its end; but for the
    /// shortest one, which may take more.
    [[nodiscard]] std::vector<std::string> draw_in(std::size_t rows) const;

private:
    [[nodiscard]] std::string row(const Event& event) const;

    const TestRecord& record_;
    std::string program_;
    std::size_t left_;
    std::size_t right_;
};

}  // namespace runner
