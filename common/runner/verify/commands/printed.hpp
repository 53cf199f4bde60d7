#pragma once

#include <optional>
#include <string>

namespace runner {

/// How a page shows what is printed.
enum class Order { as_shown, any };

/// The first line of a block that is not printed, or not after the ones above it; nothing if all
/// are. `…` in the block stands for anything; blanks, addresses in memory and ephemeral ports may
/// differ.
[[nodiscard]] std::optional<std::string> first_missing(const std::string& block,
                                                       const std::string& printed, Order order);

/// What a message shows of what was printed.
[[nodiscard]] std::string end_of(const std::string& printed);

}  // namespace runner
