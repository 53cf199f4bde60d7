#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/faults/plan.hpp"

namespace harness {

using faults::always;
using faults::any_fd;
using faults::Calls;
using faults::On;
using faults::Takes;

/// What befalls some calls of a program:
///     {.call = Calls::accept, .error = ECONNABORTED, .times = 1}
///     {.call = Calls::recv, .takes = Takes::one_byte}
///     {.call = Calls::write, .path = ".part", .error = ENOSPC, .from = 3}
/// A call that `error` is not possible for (faults/calls.hpp), a nonblocking one for EINTR say, is
/// passed over, and not counted.
struct Fault {
    Calls call = Calls::none;  ///< must be given
    On on = On::anything;      ///< only on such descriptors
    int fd = any_fd;           ///< only on this one; 0 is stdin
    std::string path{};        ///< only on files whose name, or that of the descriptor, ends so
    Takes takes = Takes::all;  ///< either less than it might
    int error = 0;             ///< or nothing: it fails, with errno set to this
    unsigned from = 1;         ///< from the first such call on, the second, …
    unsigned times = always;   ///< and so often

    friend bool operator==(const Fault&, const Fault&) = default;
};

/// What the system does to a program during a test: nothing but what it may do at any time, though
/// on one's own machine it hardly ever does.
struct Faults {
    std::vector<Fault> calls{};

    /// Each time limit that the program sets is over at once when it would have to wait: those of
    /// poll(2), select(2) and epoll_wait(2), and SO_RCVTIMEO and SO_SNDTIMEO (socket(7)); so are
    /// alarm(2) and the timer of real time (setitimer(2)). A program need not have any.
    bool time_runs_out = false;

    /// The send buffer of the sockets that accept(2) gives, in bytes (SO_SNDBUF, socket(7)): with a
    /// small one a send is soon blocked, or short. 0: the kernel's own.
    int send_buffer = 0;

    /// A signal that is handled, without SA_RESTART, as a library in the program might do:
    /// Process::interrupt() sends it. 0: none.
    int handled_signal = 0;

    /// What the resolver knows of a name: its addresses, best first, or an EAI_ code of
    /// getaddrinfo(3).
    struct Answer {
        std::vector<std::string> addresses{};
        int error = 0;

        friend bool operator==(const Answer&, const Answer&) = default;
    };
    std::map<std::string, Answer> names{};

    friend bool operator==(const Faults&, const Faults&) = default;
};

/// What a program will meet, in words for its student: "each send takes one byte".
[[nodiscard]] std::vector<std::string> describe(const Faults& faults);

/// The faults of one program: what is shared with the library inside it. Owns the file.
class FaultPlan {
public:
    /// Throws std::system_error; std::length_error for more than there is room for;
    /// std::invalid_argument for a fault that no system makes, or that no right program survives.
    explicit FaultPlan(const Faults& faults);
    ~FaultPlan();
    FaultPlan(const FaultPlan&) = delete;
    FaultPlan& operator=(const FaultPlan&) = delete;

    /// What a program's environment needs.
    [[nodiscard]] std::map<std::string, std::string> environment() const;

    /// The faults that were ordered and that the program has never met, in words; empty if there
    /// are none. Without them a test has proved nothing. A signal that is never handled is not
    /// among them, since a program may block it; nor is a time limit, nor an interruption of calls
    /// none of which waits.
    [[nodiscard]] std::string never_met() const;

    /// What each fault did when it struck first: "send accepted only 17 of 512 bytes", "accept
    /// failed with EMFILE".
    [[nodiscard]] std::vector<std::string> met() const;

    /// How often the program and its children have called one of these, and the bytes that went
    /// through them. What libc calls within itself, for printf or fread, is not seen.
    [[nodiscard]] std::size_t calls(Calls call) const;
    [[nodiscard]] std::size_t bytes(Calls call) const;

    /// The program shall wait for a debugger before it begins; and whether one has come. To be
    /// called before it is started.
    void await_debugger() noexcept { plan_->awaits_debugger = 1; }
    [[nodiscard]] bool debugger_has_come() const { return plan_->debugger_has_come != 0; }

    [[nodiscard]] unsigned signals_handled() const { return plan_->signals_handled; }
    [[nodiscard]] unsigned times_run_out() const { return plan_->times_run_out; }
    [[nodiscard]] bool has_set_timer() const { return plan_->timers_set != 0; }

    /// Where this fatal signal struck the program, the innermost frame first; empty if it did not,
    /// or if somebody else handles it.
    [[nodiscard]] std::vector<faults::Frame> stack_of(int signal) const;

private:
    [[nodiscard]] bool passed_over(const Fault& fault) const;
    void order(const Faults& faults);

    std::string path_;
    std::vector<Fault> faults_;
    faults::Plan* plan_ = nullptr;
    bool any_ = false;  ///< whether there are orders at all
};

}  // namespace harness
