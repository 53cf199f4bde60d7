#include "harness/relays/relay_events.hpp"

#include "harness/run/test_run.hpp"

namespace harness {

void tell_of_relay(const std::string& what) {
    current_run().transcript().add(Transcript::Side::test, "relay: " + what);
}

std::size_t PassingEvent::add(std::size_t count) {
    const std::size_t events = current_run().transcript().events().size();
    if (event_ == Transcript::none || event_ + 1 != events) sum_ = 0;
    sum_ += count;
    return sum_;
}

void PassingEvent::tell(const std::string& what) {
    event_ =
        current_run().transcript().add_or_replace(event_, Transcript::Side::test, "relay: " + what);
}

}  // namespace harness
