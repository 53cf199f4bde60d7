// Where the programs lie that the tests of the harness start; and no such test hurries another.

#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <cstdlib>

#include "harness/run/deadline.hpp"

namespace {

class Toys : public Catch::EventListenerBase {
public:
    using EventListenerBase::EventListenerBase;

    void testRunStarting(const Catch::TestRunInfo& /*run*/) override {
        ::setenv("LAB_PROGRAMS", TOYS ":" TOY_SCRIPTS, 1);
    }

    void testCaseStarting(const Catch::TestCaseInfo& /*test*/) override {
        harness::Deadline::forget_vain_waits();
    }
};

CATCH_REGISTER_LISTENER(Toys)

}  // namespace
