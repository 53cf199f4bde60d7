#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstddef>

#include "harness/faults/plan.hpp"

namespace harness::faults {

/// Null without a plan: then nothing is done, and nothing counted.
// NOLINTNEXTLINE(bugprone-dynamic-static-initializers): the check does not know constinit.
extern constinit Plan* plan;

/// A call of the program's, on its way to libc.
struct Visit {
    Calls call;
    const char* function;  ///< as a student knows it
    int fd = any_fd;
    const char* path = nullptr;
    const char* other_path = nullptr;
    std::size_t size = 0;       ///< bytes that it offers or asks for
    bool never_blocks = false;  ///< by its flags; the descriptor may say so too
    bool may_be_short = true;   ///< for calls that move bytes
};

/// What befalls it: it fails, or takes `size` bytes at most.
struct Fate {
    int error = 0;
    std::size_t size = 0;
    Order* order = nullptr;  ///< who has decided so; null: nothing befalls it
};

/// Counts a call, and decides.
[[nodiscard]] Fate fate_of(const Visit& visit);

/// Whether a client that has just been accepted was gone before.
[[nodiscard]] bool is_aborted(const Visit& visit);

/// Notes what a call that was let through has moved: `n` as it returned it.
void note_moved(const Visit& visit, const Fate& fate, ssize_t n);

/// Whether time limits run out at once. After ten thousand of them a program has shown what it
/// makes of that, and they run as it has set them: a right one may ask again and again.
[[nodiscard]] bool limits_are_cut();

/// Notes that one has run out.
void note_run_out(const char* function);

/// Whether this call has a limit (SO_RCVTIMEO, SO_SNDTIMEO, socket(7)) that runs out at once.
[[nodiscard]] bool has_cut_limit(const Visit& visit);

/// Whether this call would wait, and has run out of time instead. Notes that.
[[nodiscard]] bool runs_out(const Visit& visit);

/// A program that waits for edges (EPOLLET, epoll(7)) must hear again of a socket that has more
/// than the fault let it have.
void raise_edge_again(int fd);

inline int fail_with(int error) {
    errno = error;
    return -1;
}

/// A call without bytes: fails, or does what `real` does.
template <typename Real>
auto pass(const Visit& visit, Real real) -> decltype(real()) {
    const Fate fate = fate_of(visit);
    if (fate.error != 0) return fail_with(fate.error);
    return real();
}

/// A call that moves bytes: fails, or does what `real(size)` does with as many as it may have.
template <typename Real>
ssize_t transfer(const Visit& visit, Real real) {
    const Fate fate = fate_of(visit);
    if (fate.error != 0) return fail_with(fate.error);
    if (runs_out(visit)) return fail_with(EAGAIN);
    const ssize_t n = real(fate.size);
    note_moved(visit, fate, n);
    return n;
}

/// Leaves errno as it was: no call of libc's that succeeds may change it for the program.
class KeepErrno {
public:
    KeepErrno() : kept_(errno) {}
    ~KeepErrno() { errno = kept_; }
    KeepErrno(const KeepErrno&) = delete;
    KeepErrno& operator=(const KeepErrno&) = delete;

private:
    int kept_;
};

}  // namespace harness::faults
