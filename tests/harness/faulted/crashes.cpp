#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cassert>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "faulted.hpp"

namespace faulted {
namespace {

void send_to_nobody() {
    const Ends ends = connected(SOCK_STREAM);
    ::close(ends.theirs);
    (void)::send(ends.ours, message.data(), size, 0);  // SIGPIPE strikes here
}

void parse_nothing() { (void)std::stoi("no number"); }  // throws

void write_nowhere() {
    // Not null: that would be UndefinedBehaviorSanitizer's.
    auto* volatile nowhere = reinterpret_cast<int*>(4096);
    *nowhere = 1;
}

// NOLINTNEXTLINE(misc-no-recursion): that is what it is for.
int call_itself(int depth) {
    volatile int more = depth + 1;
    return more < 0 ? 0 : call_itself(more) + more;
}

void divide_by_zero() {
    volatile int zero = 0;
    volatile int result = 7 / zero;
    (void)result;
}

void run_what_is_no_instruction() { __builtin_trap(); }

template <typename Function>
void in_child(Function function) {
    const pid_t child = ::fork();
    if (child == 0) {
        function();
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
}

extern "C" void handle_by_exit(int number) { ::_exit(40 + number); }

}  // namespace

void add_crashes(Table& table) {
    table["send to nobody"] = send_to_nobody;
    table["send to nobody, ignoring it"] = [] {
        std::signal(SIGPIPE, SIG_IGN);
        send_to_nobody();
        print(-1);
    };
    table["send to nobody in a child"] = [] { in_child(send_to_nobody); };
    table["throw"] = parse_nothing;
    table["throw in a thread"] = [] { std::thread(parse_nothing).join(); };
    table["assert"] = [] {
        volatile bool holds = false;
        assert(holds);
    };
    table["abort"] = [] { std::abort(); };
    table["abort in a child, then here"] = [] {
        in_child(send_to_nobody);
        in_child([] { std::abort(); });
        parse_nothing();
    };
    table["write nowhere"] = write_nowhere;
    table["recursion without end"] = [] { print(call_itself(0)); };
    table["divide by zero"] = divide_by_zero;
    table["no instruction"] = run_what_is_no_instruction;
    table["write nowhere, with a handler"] = [] {
        std::signal(SIGSEGV, handle_by_exit);
        write_nowhere();
    };
    table["execute another program"] = [] {
        ::execl("/bin/sh", "sh", "-c", "kill -ABRT $$", static_cast<char*>(nullptr));
    };
}

}  // namespace faulted
