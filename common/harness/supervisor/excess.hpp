#pragma once

#include <sys/types.h>

#include <string>

namespace harness::supervisor {

/// What a program and its descendants have too much of, more than any right one ever has and enough
/// to make the machine suffer: "1,100 MiB of memory", "2,048 processes and threads". Empty if all
/// is well.
[[nodiscard]] std::string excess_of(pid_t pid);

}  // namespace harness::supervisor
