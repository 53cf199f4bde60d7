// Where the program was when a fatal signal struck. The program ends as it would have without us.

#include "harness/faults/crash.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <csignal>
#include <cstring>

#include "harness/faults/visit.hpp"

namespace harness::faults {
namespace {

/// The file of the program itself, which the loader does not name.
std::array<char, PATH_MAX> program_file{};

/// Where the program was interrupted; 0 on a machine that we do not know.
std::uintptr_t interrupted_at([[maybe_unused]] const void* context) {
#if defined(__x86_64__)
    const auto* registers = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs;
    return static_cast<std::uintptr_t>(registers[REG_RIP]);
#elif defined(__aarch64__)
    return static_cast<const ucontext_t*>(context)->uc_mcontext.pc;
#else
    return 0;
#endif
}

/// dladdr(3) takes a lock, which the program may have held when it was struck.
bool find_frame(void* address, Frame& frame) {
    dl_find_object object{};
    if (::_dl_find_object(address, &object) != 0) return false;
    const char* name = object.dlfo_link_map->l_name;
    if (name == nullptr || *name == '\0') name = program_file.data();
    std::strncpy(frame.module.data(), name, frame.module.size() - 1);
    frame.offset = static_cast<std::uint64_t>(static_cast<const char*>(address) -
                                              static_cast<const char*>(object.dlfo_map_start));
    return true;
}

/// The stack without our own part of it, which ends where the program was interrupted.
void keep_stack(std::uintptr_t struck) {
    std::array<void*, 64> addresses{};
    const int count = ::backtrace(addresses.data(), static_cast<int>(addresses.size()));
    const auto is_struck = [&](void* it) { return reinterpret_cast<std::uintptr_t>(it) == struck; };
    auto* const end = addresses.begin() + count;
    auto* it = std::find_if(addresses.begin(), end, is_struck);
    if (it == end) it = addresses.begin();
    std::uint32_t kept = 0;
    for (; it != end && kept < plan->crash.stack.size(); ++it) {
        Frame& frame = plan->crash.stack[kept];
        if (!find_frame(*it, frame)) continue;
        // Other addresses are behind a call already.
        if (is_struck(*it)) ++frame.offset;
        ++kept;
    }
    plan->crash.frames = kept;
}

extern "C" void on_crash(int number, siginfo_t* /*info*/, void* context) {
    // A child's crash is its own affair; the program's first one is what it dies of.
    if (::getpid() == plan->program && plan->crash.claimed.exchange(1) == 0) {
        plan->crash.signal = number;
        keep_stack(interrupted_at(context));
    }
    // It strikes again, and now kills, when this handler returns (SA_RESETHAND).
    ::raise(number);
}

void keep_stack_at(int number) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == -1 || action.sa_handler != SIG_DFL) return;
    action = {};
    action.sa_sigaction = on_crash;
    action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND);
    ::sigaction(number, &action, nullptr);
}

/// Somewhere to stand when the stack is full (sigaltstack(2)); of the main thread alone.
void have_second_stack() {
    static std::array<char, 1U << 16U> space;
    stack_t stack{};
    if (::sigaltstack(nullptr, &stack) == -1 || (stack.ss_flags & SS_DISABLE) == 0) return;
    stack = {.ss_sp = space.data(), .ss_flags = 0, .ss_size = space.size()};
    ::sigaltstack(&stack, nullptr);
}

}  // namespace

void keep_stack_of_crashes() {
    if (::readlink("/proc/self/exe", program_file.data(), program_file.size() - 1) == -1) return;
    void* once[1];
    ::backtrace(once, 1);  // loads what it needs now, not in the handler
    have_second_stack();
    for (const int number : {SIGPIPE, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
        keep_stack_at(number);
}

}  // namespace harness::faults
