#include "interrupt.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

namespace net_tests {
namespace {

std::atomic<int> handled;
static_assert(std::atomic<int>::is_always_lock_free);

/// Installs the handler, and puts back what was there.
class Handler {
public:
    Handler() {
        struct sigaction action {};
        action.sa_handler = [](int) { ++handled; };
        REQUIRE(::sigaction(SIGUSR1, &action, &before_) == 0);
    }
    ~Handler() { ::sigaction(SIGUSR1, &before_, nullptr); }

    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    Handler(Handler&&) = delete;
    Handler& operator=(Handler&&) = delete;

private:
    struct sigaction before_ {};
};

/// The letter of proc(5): 'R' runs, 'S' sleeps so that a signal wakes it; 0 when it has ended.
char state_of(pid_t thread) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(')');
    return name_end == std::string::npos ? '\0' : line.at(name_end + 2);
}

/// Repeats `done` until it is true; false after a deadline that only a failing test meets.
template <typename Done>
bool wait_until(Done done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

bool interrupt_once(pid_t thread) {
    char state = 'R';
    const bool settled = wait_until([&] {
        state = state_of(thread);
        return state == 'S' || state == '\0';
    });
    if (!settled || state == '\0') return false;

    const int before = handled;
    if (::tgkill(::getpid(), thread, SIGUSR1) == -1) return false;
    return wait_until([&] { return handled > before; });
}

}  // namespace

int interrupt_sleep(pid_t thread) {
    const Handler handler;
    int times = 0;
    while (times < interruptions && interrupt_once(thread)) ++times;
    return times;
}

}  // namespace net_tests
