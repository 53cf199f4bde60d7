#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/faults/plan.hpp"

namespace harness {

/// What the system does to a program during a test: nothing but what it may do at any time, though
/// on one's own machine it hardly ever does.
struct Faults {
    using Sends = faults::Sends;

    /// How much each call that sends on a socket takes; send(2) may always take less.
    Sends sends = Sends::as_they_are;

    /// So many clients, the first ones, have given up when accept(2) comes to them: ECONNABORTED.
    unsigned aborted_accepts = 0;

    /// The send buffer of the sockets that accept(2) gives, in bytes (SO_SNDBUF, socket(7)): with a
    /// small one a send is soon blocked, or short. 0: the kernel's own.
    int send_buffer = 0;

    /// What bind(2) fails with, EACCES for a port that needs rights; 0: it does not.
    int bind_error = 0;

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

/// What a program will meet, in words for its student: "echo.test is ::1, 127.0.0.1".
[[nodiscard]] std::vector<std::string> describe(const Faults& faults);

/// The faults of one program: what is shared with the library inside it. Owns the file.
class FaultPlan {
public:
    /// Throws std::system_error, and std::length_error for more names than there is room for.
    explicit FaultPlan(const Faults& faults);
    ~FaultPlan();
    FaultPlan(const FaultPlan&) = delete;
    FaultPlan& operator=(const FaultPlan&) = delete;

    /// What a program's environment needs.
    [[nodiscard]] std::map<std::string, std::string> environment() const;

    /// The faults that were ordered and that the program has never met, in words; empty if there
    /// are none. Without them a test has proved nothing. A signal that is never handled is not
    /// among them: a program may block it.
    [[nodiscard]] std::string never_met() const;

    /// What the first send that was cut took: "send accepted only 17 of 512 bytes"; empty if
    /// none was.
    [[nodiscard]] std::string about_sends() const;

    [[nodiscard]] unsigned signals_handled() const { return plan_->signals_handled; }

    /// Where SIGPIPE struck, the innermost frame first; empty if it did not.
    [[nodiscard]] std::vector<faults::Frame> sigpipe_stack() const;

private:
    void order(const Faults& faults);

    std::string path_;
    faults::Plan* plan_ = nullptr;
    bool any_ = false;  ///< whether there are orders at all
};

}  // namespace harness
