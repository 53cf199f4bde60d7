#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace harness::supervisor {

/// A part of a process's memory, as /proc/PID/maps tells (proc(5)).
struct Mapping {
    bool shared = false;  ///< with whoever maps the same file (mmap(2), MAP_SHARED)
    std::string file;     ///< empty, or "[heap]" and the like, for memory without one
};

/// The part in which an address lies; std::nullopt if there is none, or it cannot be read.
[[nodiscard]] std::optional<Mapping> find_mapping(pid_t pid, std::uint64_t address);

}  // namespace harness::supervisor
