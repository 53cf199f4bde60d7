// Turns a test case that hangs into one that fails, by name: most of these tests wait on purpose.

#include <unistd.h>

#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <csignal>
#include <cstdlib>

namespace {

constexpr unsigned seconds_for_a_case = 60;  // a right library needs three at most

class Watchdog : public Catch::EventListenerBase {
public:
    using Catch::EventListenerBase::EventListenerBase;

    void testCaseStarting(const Catch::TestCaseInfo& /*info*/) override {
        std::signal(SIGALRM, [](int) { std::abort(); });  // Catch2 reports SIGABRT with the name
        ::alarm(seconds_for_a_case);
    }
    void testCaseEnded(const Catch::TestCaseStats& /*stats*/) override { ::alarm(0); }
};

}  // namespace

CATCH_REGISTER_LISTENER(Watchdog)
