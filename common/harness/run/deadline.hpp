#pragma once

#include <chrono>

namespace harness {

/// How long a right program may take, at the most, on a loaded machine; only a wrong one meets
/// these. The environment variable LAB_TIME_SCALE multiplies them for slow machines.
namespace patience {
constexpr std::chrono::milliseconds to_start{5000};
constexpr std::chrono::milliseconds to_start_python{15000};  ///< it reads hundreds of files first
constexpr std::chrono::milliseconds to_answer{2000};
constexpr std::chrono::milliseconds to_stop{1000};
constexpr std::chrono::milliseconds to_end{3000};  ///< with a sanitizer's search for leaks
constexpr std::chrono::milliseconds to_rest{500};  ///< no claim: some right programs never do
}  // namespace patience

/// A moment until which a test waits, on the steady clock. While a program stands still in a
/// debugger, the test's time does (held_time.hpp).
class Deadline {
public:
    explicit Deadline(std::chrono::milliseconds patience);

    [[nodiscard]] bool passed() const;
    [[nodiscard]] std::chrono::milliseconds left() const;  ///< never negative
    [[nodiscard]] std::chrono::milliseconds patience() const { return patience_; }

    /// To be called when a test has failed that has waited in vain. The run has failed then, and
    /// what follows only says how: later deadlines are a quarter of their length.
    static void note_vain_wait() noexcept;
    /// Later deadlines have their full length again: for tests of tests that fail on purpose.
    static void forget_vain_waits() noexcept;

    /// Begins anew: for a wait that ends only after so long without any progress.
    void restart();

private:
    std::chrono::milliseconds patience_;
    std::chrono::steady_clock::time_point end_;
    std::chrono::steady_clock::duration held_before_{};
};

}  // namespace harness
