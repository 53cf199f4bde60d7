#pragma once

#include <csignal>

namespace runner {

/// While it lives, the signals by which a shell stops us (Ctrl-Z) and lets us go on are read, not
/// obeyed. To be made before there are threads beside the one of interruption.hpp; signalfd(2).
class StopSignals {
public:
    /// Throws std::system_error.
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    StopSignals(StopSignals&&) = delete;
    StopSignals& operator=(StopSignals&&) = delete;

    /// SIGTSTP or SIGCONT, if one has come since; else 0. Does not wait.
    [[nodiscard]] int take() const;

    /// Stops us, as SIGTSTP would have done. Returns when we go on.
    static void stop();

private:
    sigset_t before_{};
    int fd_ = -1;
};

}  // namespace runner
