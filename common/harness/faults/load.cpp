// Makes the system of a program under test behave as it may, but seldom does: preloaded into the
// program (ld.so(8)), it stands between it and libc, or a sanitizer's interceptors, for the calls
// in the files beside this one. visit.cpp decides what befalls a call. Without a plan nothing does.
//
// Only libc is used, nothing is allocated, and errno is left alone: the program may be of any
// language, and may be in a signal handler. What libc calls within itself is out of reach: fread,
// fwrite and printf move their bytes unseen.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "harness/faults/crash.hpp"
#include "harness/faults/debugger.hpp"
#include "harness/faults/visit.hpp"

namespace harness::faults {
namespace {

Plan* map_plan() {
    const char* path = std::getenv(plan_variable);
    if (path == nullptr) return nullptr;
    const int fd = ::open(path, O_RDWR | O_CLOEXEC);
    if (fd == -1) return nullptr;
    void* memory = ::mmap(nullptr, sizeof(Plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (memory == MAP_FAILED || static_cast<Plan*>(memory)->size != sizeof(Plan)) return nullptr;
    return static_cast<Plan*>(memory);
}

extern "C" void count_signal(int /*number*/) { plan->signals_handled.fetch_add(1); }

void handle(int number) {
    struct sigaction action {};
    action.sa_handler = count_signal;
    ::sigaction(number, &action, nullptr);
}

[[gnu::constructor]] void load() {
    Plan* const found = map_plan();
    if (found == nullptr) return;
    found->loaded.fetch_add(1);
    std::int32_t nobody = 0;
    found->program.compare_exchange_strong(nobody, ::getpid());
    // Before the plan counts: what is called meanwhile is none of the program's calls.
    if (found->awaits_debugger != 0 && found->debugger_has_come == 0) {
        await_debugger();
        found->debugger_has_come = 1;
    }
    plan = found;
    keep_stack_of_crashes();
    if (plan->handled_signal != 0) handle(plan->handled_signal);
}

}  // namespace
}  // namespace harness::faults
