#pragma once

#include <string_view>

namespace runner {

/// "echo-once": lower-case letters and digits, joined by single hyphens; a letter comes first.
[[nodiscard]] bool is_words(std::string_view text);

/// "01-tcp-echo": the name of a lab's folder. 00 is no lab, because people count from 1.
[[nodiscard]] bool is_lab_id(std::string_view text);

/// "echo_server": fit for a file's name, and for a shell without quotes.
[[nodiscard]] bool is_plain_name(std::string_view text);

/// "echo_server.cpp".
[[nodiscard]] bool is_main_file(std::string_view text);

}  // namespace runner
