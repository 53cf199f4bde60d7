#include "runner/watch/stop_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace runner {
namespace {

sigset_t set_of(std::initializer_list<int> numbers) {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : numbers) sigaddset(&signals, number);
    return signals;
}

}  // namespace

StopSignals::StopSignals() {
    const sigset_t signals = set_of({SIGTSTP, SIGCONT});
    fd_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd_ == -1) throw std::system_error(errno, std::system_category(), "signalfd");
    ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
}

StopSignals::~StopSignals() {
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    ::close(fd_);
}

int StopSignals::take() const {
    signalfd_siginfo info{};
    const bool came = ::read(fd_, &info, sizeof info) == sizeof info;
    return came ? static_cast<int>(info.ssi_signo) : 0;
}

void StopSignals::stop() {
    const sigset_t stop = set_of({SIGTSTP});
    ::raise(SIGTSTP);
    ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
    ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
}

}  // namespace runner
