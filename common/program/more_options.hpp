#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace program {

/// An argument that is a number: `--count 4`.
struct NumberOption {
    std::string name;  ///< "--count"
    std::string help;
    std::uint32_t least = 0;
    std::uint32_t most = 0;
    std::uint32_t* value = nullptr;  ///< the default; then what was given
};

/// An argument that is there or not: `--reliable`.
struct FlagOption {
    std::string name;  ///< "--reliable"
    std::string help;
    bool* value = nullptr;  ///< set to true if it was given
};

/// What a program can be told besides host and port.
struct MoreOptions {
    std::vector<NumberOption> numbers{};
    std::vector<FlagOption> flags{};
};

}  // namespace program
