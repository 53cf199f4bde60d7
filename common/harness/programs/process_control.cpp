// What a test does to a program: signals, and what is typed at its stdin.

#include <unistd.h>

#include <csignal>
#include <cstring>

#include "harness/programs/process.hpp"
#include "harness/programs/supervision.hpp"
#include "harness/run/wait.hpp"
#include "net/error.hpp"
#include "net/io.hpp"

namespace harness {

void Process::signal(int number) {
    const std::string name = ::sigabbrev_np(number);
    current_run().transcript().add(Transcript::Side::test, "send SIG" + name);
    send(number);
}

void Process::send(int number, bool to_every_thread) {
    sent_.insert(number);
    (void)ask_supervisor({{"do", to_every_thread ? "signal every thread" : "signal"},
                          {"id", id_},
                          {"signal", number}});
}

void Process::interrupt() {
    const int number = options_.faults.handled_signal;
    const std::string name = ::sigabbrev_np(number);
    current_run().transcript().add(Transcript::Side::test,
                                   "send SIG" + name + ", which is handled");
    const unsigned before = faults_.signals_handled();
    send(number, true);
    // A program that blocks the signal never handles it, and that is right, too.
    constexpr std::chrono::milliseconds enough{200};
    (void)wait_until([&] { return faults_.signals_handled() > before || ending_; },
                     Deadline(enough), Proof::stuck, std::chrono::microseconds(50));
}

void Process::suspend() {
    current_run().transcript().add(Transcript::Side::test, "stop it (SIGSTOP)");
    send(SIGSTOP, true);
    (void)wait_until([&] { return ending_ || observe().is_stopped(); },
                     Deadline(patience::to_answer));
}

void Process::resume() {
    current_run().transcript().add(Transcript::Side::test, "let it go on (SIGCONT)");
    send(SIGCONT, true);
}

void Process::await_rest() {
    // A program that looks round every few milliseconds never rests.
    (void)wait_until([&] { return ending_.has_value(); }, Deadline(patience::to_rest),
                     Proof::at_rest);
}

void Process::type(std::span<const std::byte> data) {
    current_run().transcript().add(Transcript::Side::test, "type " + count_of_bytes(data.size()) +
                                                               ' ' + quote(data, shown_bytes));
    typed_.insert(typed_.end(), data.begin(), data.end());
    write_input();
}

void Process::type(std::string_view text) { type(net::as_bytes(text)); }

void Process::end_input() {
    current_run().transcript().add(Transcript::Side::test, "end of stdin");
    (void)wait_until([&] { return typed_.empty() || !stdin_; }, Deadline(patience::to_answer));
    stdin_.reset();
}

/// Gives the pipe what it takes. What a program that has ended, or closed its stdin, does not read
/// is nobody's loss: the checks say what became of it.
bool Process::write_input() {
    bool any = false;
    while (stdin_ && !typed_.empty()) {
        const auto n = net::retry_on_eintr(
            [&] { return ::write(stdin_.get(), typed_.data(), typed_.size()); });
        if (n == -1 && errno == EAGAIN) break;
        any = true;
        if (n == -1) {
            stdin_.reset();
        } else {
            typed_.erase(typed_.begin(), typed_.begin() + n);
            piped_ += static_cast<std::size_t>(n);
        }
    }
    return any;
}

}  // namespace harness
