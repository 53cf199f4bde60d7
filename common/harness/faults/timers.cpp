// Timers are not seen from outside (proc(5)), so they are counted here: a program that has set one
// may wake up, or be killed by its signal, although nobody does anything.

#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

#include "harness/faults/next.hpp"
#include "harness/faults/visit.hpp"

// The calls, as libc declares them, but for the names of their parameters, which are libc's own.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

namespace harness::faults {
namespace {

LAB_NEXT(alarm)
LAB_NEXT(ualarm)
LAB_NEXT(setitimer)
LAB_NEXT(timer_create)

void note_timer() {
    if (plan != nullptr) plan->timers_set.fetch_add(1);
}

/// Whether a timer that was set is to run out at once.
bool runs_out() { return plan != nullptr && plan->time_runs_out != 0; }

constexpr itimerval at_once{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 1000}};

}  // namespace

extern "C" {

unsigned alarm(unsigned seconds) noexcept {
    note_timer();
    if (!runs_out() || seconds == 0) return next_alarm()(seconds);
    (void)next_setitimer()(ITIMER_REAL, &at_once, nullptr);
    return 0;
}

useconds_t ualarm(useconds_t first, useconds_t interval) noexcept {
    note_timer();
    return next_ualarm()(first, interval);
}

int setitimer(__itimer_which_t which, const itimerval* value, itimerval* old) noexcept {
    note_timer();
    const bool is_limit = which == ITIMER_REAL && value != nullptr &&
                          (value->it_value.tv_sec != 0 || value->it_value.tv_usec != 0);
    return next_setitimer()(which, runs_out() && is_limit ? &at_once : value, old);
}

int timer_create(clockid_t clock, sigevent* event, timer_t* timer) noexcept {
    note_timer();
    return next_timer_create()(clock, event, timer);
}

}  // extern "C"

}  // namespace harness::faults

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
