#pragma once

#include <cstdint>

namespace harness {

/// What a program may use, set between fork(2) and exec(3); see setrlimit(2). 0 leaves a limit as
/// we have it ourselves.
struct Limits {
    std::uint64_t descriptors = 0;  ///< open files (RLIMIT_NOFILE)

    /// Bytes of a file that it writes (RLIMIT_FSIZE). SIGXFSZ is ignored, so that a write beyond
    /// fails with EFBIG.
    std::uint64_t file_size = 0;

    /// Bytes of memory that it may map (RLIMIT_AS). Not for a program with a sanitizer: those map
    /// terabytes at their start.
    std::uint64_t address_space = 0;
};

}  // namespace harness
