#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace harness {

/// What a thread waits for, in the order of telling: of several threads, the one that explains
/// most comes first.
enum class Waiting {
    for_room,     ///< for somebody to take what it sends
    for_answer,   ///< for a connection to be made
    for_lock,     ///< until another thread gives it up
    for_input,    ///< from a client, a server, stdin
    for_threads,  ///< for something that other threads do, or for their end
    for_signal,
    for_time,
    unknown,
};

/// A system call that makes its caller wait.
struct KnownCall {
    /// How long it waits, and which of its arguments says so.
    enum class Patience {
        endless,        ///< until something happens
        null_timeout,   ///< endless if the pointer argument is null
        minus_timeout,  ///< endless if the int argument is negative
        limited,        ///< the kernel ends it at some time, or nobody can tell
    };

    long number;
    const char* name;  ///< as a student knows it
    Waiting waiting;
    Patience patience = Patience::endless;
    std::size_t timeout = 0;      ///< the argument's index
    bool has_descriptor = false;  ///< as its first argument
};

/// Null for a call that is none of these: then nothing is known of its wait.
[[nodiscard]] const KnownCall* find_call(long number);

/// Whether it waits without a timeout; `arguments` are the six of the call.
[[nodiscard]] bool is_endless(const KnownCall& call, const std::vector<std::uint64_t>& arguments);

}  // namespace harness
