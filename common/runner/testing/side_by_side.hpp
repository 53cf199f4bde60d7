#pragma once

#include <cstddef>
#include <functional>

namespace runner {

/// How many things this machine does at a time: its cores.
[[nodiscard]] std::size_t cores();

/// Calls work(0), … work(count - 1), each once, beginning in this order, at most `at_once` at a
/// time. When one throws, no further one begins, and the first exception is thrown on when all have
/// come to their end.
void side_by_side(std::size_t count, std::size_t at_once,
                  const std::function<void(std::size_t)>& work);

}  // namespace runner
