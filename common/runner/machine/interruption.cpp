#include "runner/machine/interruption.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <thread>

#include "runner/machine/subprocess.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

/// Made when it is first asked for: what ends while it does not exist must not leave one behind.
class Scratch {
public:
    Scratch() = default;
    ~Scratch() { remove(); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    void remove() {
        const std::scoped_lock lock(mutex_);
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }

    [[nodiscard]] const fs::path& path() {
        const std::scoped_lock lock(mutex_);
        if (path_.empty()) path_ = make();
        return path_;
    }

private:
    [[nodiscard]] static fs::path make() {
        std::string name = (fs::temp_directory_path() / "lab-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::system_error(errno, std::system_category(), "mkdtemp " + name);
        return name;
    }

    std::mutex mutex_;
    fs::path path_;
};

Scratch& scratch() {
    static Scratch folder;
    return folder;
}

std::atomic<int> others_at_terminal = 0;

/// What is left to do at the end.
struct Duty {
    std::mutex mutex;
    std::function<void()> action;
};

Duty& duty() {
    // Never destroyed: the thread that awaits the end is not either.
    static auto* only = new Duty;
    return *only;
}

void do_duty() {
    const std::scoped_lock lock(duty().mutex);
    if (duty().action) duty().action();
}

[[noreturn]] void await_end(sigset_t signals) {
    int number = 0;
    while (::sigwait(&signals, &number) != 0 || (number == SIGINT && others_at_terminal > 0)) {
    }
    end_all();
    do_duty();
    scratch().remove();
    std::signal(number, SIG_DFL);
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    ::raise(number);
    std::abort();  // nobody survives that
}

}  // namespace

void end_in_order() {
    const sigset_t signals = ending_signals();
    // Its thread has all signals blocked: whatever else comes is taken by those who handle it.
    sigset_t all;
    sigset_t ours;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &ours);
    std::thread(await_end, signals).detach();
    ::pthread_sigmask(SIG_SETMASK, &ours, nullptr);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

AtEnd::AtEnd(std::function<void()> action) {
    const std::scoped_lock lock(duty().mutex);
    duty().action = std::move(action);
}

AtEnd::~AtEnd() {
    const std::scoped_lock lock(duty().mutex);
    duty().action = nullptr;
}

CtrlCIsNotForUs::CtrlCIsNotForUs() { ++others_at_terminal; }
CtrlCIsNotForUs::~CtrlCIsNotForUs() { --others_at_terminal; }

const fs::path& scratch_folder() { return scratch().path(); }

}  // namespace runner
