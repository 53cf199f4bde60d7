#pragma once

#include <string_view>
#include <vector>

namespace runner {

/// What a key means to whoever watches.
enum class Key { next, hint, list, quit, test, back, up, down, page_up, page_down, unknown };

/// The keys in what a terminal has sent. Arrows and the like come as sequences that begin with
/// escape (ECMA-48, section 5.4), and escape alone as itself.
[[nodiscard]] std::vector<Key> keys_in(std::string_view typed);

}  // namespace runner
