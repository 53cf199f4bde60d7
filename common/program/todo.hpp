#pragma once

#include <string_view>

/// Marks the place of what a stage still lacks: `TODO("listen", options)`.
///
/// The operands are what the missing code will use; naming them here keeps the compiler from
/// calling them unused. When a run comes by for the first time, one line on stderr says so; then
/// the program goes on. `lab test` takes the mark as "not started": delete it with the first code.
#define TODO(stage, ...) ::program::todo(__FILE__, __LINE__, stage __VA_OPT__(, ) __VA_ARGS__)

namespace program {

/// Says once per place, on stderr, that `stage` is not written yet.
void say_not_written(std::string_view file, int line, std::string_view stage);

template <typename... Operands>
void todo(std::string_view file, int line, std::string_view stage, const Operands&... /*unused*/) {
    say_not_written(file, line, stage);
}

}  // namespace program
