#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace runner {

/// Markdown as a terminal shows it: paragraphs and list items wrapped to `width` columns, code as
/// it stands, a link's target behind its text. `folder` is where the page lies, relative to the
/// checkout: a link to another page is shown as a path from there. HTML is left out. The dialect is
/// CommonMark with tables; a table's rows become list items.
[[nodiscard]] std::string as_text(const std::string& markdown, const std::filesystem::path& folder,
                                  std::size_t width);

}  // namespace runner
