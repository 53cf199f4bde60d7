#include "runner/machine/interruption.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "runner/machine/subprocess.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

class Scratch {
public:
    Scratch() {
        std::string name = (fs::temp_directory_path() / "lab-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::system_error(errno, std::system_category(), "mkdtemp " + name);
        path_ = name;
    }
    ~Scratch() { remove(); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    void remove() const {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

Scratch& scratch() {
    static Scratch folder;
    return folder;
}

std::atomic<int> others_at_terminal = 0;

[[noreturn]] void await_end(sigset_t signals) {
    int number = 0;
    while (::sigwait(&signals, &number) != 0 || (number == SIGINT && others_at_terminal > 0)) {
    }
    end_all();
    scratch().remove();
    std::signal(number, SIG_DFL);
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    ::raise(number);
    std::abort();  // nobody survives that
}

}  // namespace

void end_in_order() {
    const sigset_t signals = ending_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread(await_end, signals).detach();
}

CtrlCIsNotForUs::CtrlCIsNotForUs() { ++others_at_terminal; }
CtrlCIsNotForUs::~CtrlCIsNotForUs() { --others_at_terminal; }

const fs::path& scratch_folder() { return scratch().path(); }

}  // namespace runner
