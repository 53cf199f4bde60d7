#pragma once

#include <string_view>

namespace harness {

/// What a run was found to be. The order is that of telling: of several that match, the first
/// counts. docs/verdicts.md says what each means to a student.
enum class Verdict {
    build,
    test_bug,
    skipped,
    sanitizer,
    sigpipe,
    crash,
    limit,
    exited,
    busy,
    refused,
    reset,
    wrong_bytes,
    closed_early,
    hang,
    no_reply,
    output,
    files,
    leak,
    pass,
};

/// "WRONG_BYTES" for Verdict::wrong_bytes: the name that reports, docs and patches use.
[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;

/// The ideas of the course in teaching order. Of several failures, the one whose concept comes
/// first is told: the others are usually its consequences.
enum class Concept {
    program_contract = 1,
    return_values,
    socket_life,
    addresses,
    streams,
    sending,
    end_of_stream,
    bytes,
    dying_peers,
    descriptors,
    names,
    datagrams,
    deadlines,
    line_framing,
    readiness,
    signals,
    binary_framing,
    hostile_input,
    files,
    threads,
    nonblocking,
    back_pressure,
    epoll,
    requests,
    unreliable_links,
};

}  // namespace harness
