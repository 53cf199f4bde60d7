#include "harness/run/transcript.hpp"

#include <utility>

namespace harness {

void Transcript::add(Side side, std::string what) {
    events_.push_back({.at = now(), .side = side, .what = std::move(what)});
}

std::size_t Transcript::add_or_replace(std::size_t number, Side side, std::string what) {
    if (events_.empty() || number != events_.size() - 1) {
        add(side, std::move(what));
    } else {
        events_.back().what = std::move(what);
    }
    return events_.size() - 1;
}

std::chrono::microseconds Transcript::now() const {
    const auto held = held_time() - held_before_;
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 start_ - held);
}

}  // namespace harness
