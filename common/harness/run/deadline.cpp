#include "harness/run/deadline.hpp"

#include <algorithm>
#include <cstdlib>

#include "harness/run/held_time.hpp"

namespace harness {
namespace {

using std::chrono::milliseconds;

double time_scale() {
    const char* text = std::getenv("LAB_TIME_SCALE");
    const double scale = text == nullptr ? 1.0 : std::strtod(text, nullptr);
    return scale >= 1.0 ? scale : 1.0;
}

bool has_waited_in_vain = false;

}  // namespace

void Deadline::note_vain_wait() noexcept { has_waited_in_vain = true; }

void Deadline::forget_vain_waits() noexcept { has_waited_in_vain = false; }

Deadline::Deadline(milliseconds patience)
    : patience_(static_cast<milliseconds::rep>(static_cast<double>(patience.count()) *
                                               time_scale() * (has_waited_in_vain ? 0.25 : 1.0))) {
    restart();
}

bool Deadline::passed() const { return left() == milliseconds::zero(); }

milliseconds Deadline::left() const {
    const auto held = held_time() - held_before_;
    const auto rest =
        std::chrono::ceil<milliseconds>(end_ + held - std::chrono::steady_clock::now());
    return std::max(rest, milliseconds::zero());
}

void Deadline::restart() {
    held_before_ = held_time();
    end_ = std::chrono::steady_clock::now() + patience_;
}

}  // namespace harness
