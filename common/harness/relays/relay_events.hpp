#pragma once

#include <cstddef>
#include <string>

#include "harness/run/transcript.hpp"

namespace harness {

/// What a relay has done stands in the transcript as "relay: …".
void tell_of_relay(const std::string& what);

/// What a relay merely passes is told as a sum: one event, until another comes in between.
class PassingEvent {
public:
    /// Adds to the sum, which begins anew if another event has come. Returns it.
    std::size_t add(std::size_t count);

    /// Tells the sum in these words.
    void tell(const std::string& what);

private:
    std::size_t event_ = Transcript::none;
    std::size_t sum_ = 0;
};

}  // namespace harness
