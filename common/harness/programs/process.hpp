#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/diagnosis/live_stack.hpp"
#include "harness/diagnosis/observation.hpp"
#include "harness/programs/faults.hpp"
#include "harness/programs/limits.hpp"
#include "harness/run/bytes.hpp"
#include "harness/run/deadline.hpp"
#include "harness/run/test_run.hpp"
#include "net/fd.hpp"

namespace harness {

/// How a program has ended.
struct Ending {
    bool by_signal = false;
    int number = 0;        ///< exit status, or signal
    std::string excess{};  ///< of what it took too much, and was ended for: "1,030 MiB of memory"
};

/// "exited with status 1", "died of SIGSEGV".
[[nodiscard]] std::string to_string(const Ending& ending);

/// Everything that decides how a program is started.
struct StartOptions {
    std::string name;    ///< of the program; its file is looked for in the folders of LAB_PROGRAMS
    std::string file{};  ///< the file of a program that is none of the student's; see Tool
    std::vector<std::string> arguments;
    bool input = false;                  ///< a pipe to its stdin; else /dev/null
    Faults faults{};                     ///< what befalls it
    Limits limits{};                     ///< what it may use
    std::size_t output_limit = 1 << 20;  ///< bytes of stdout and stderr together; more is LIMIT
    bool only_announces =
        false;  ///< nothing but the lines that the test takes may be on its stdout
};

/// A program while it runs, a student's or another. Destruction ends it, and everything it has
/// started.
class Process : private Source {
public:
    explicit Process(StartOptions options);
    ~Process() override;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return options_.name; }
    [[nodiscard]] const std::string& out() const noexcept { return out_; }
    [[nodiscard]] const std::string& err() const noexcept { return err_; }
    /// What is on stderr, without the lines of marks that it has come by (program/todo.hpp).
    [[nodiscard]] std::string said() const;
    [[nodiscard]] bool over_limit() const noexcept { return over_limit_; }
    [[nodiscard]] const FaultPlan& faults() const noexcept { return faults_; }

    /// False for a program of the system's that a student's one talks to.
    [[nodiscard]] bool is_students() const noexcept { return options_.file.empty(); }

    /// How it has ended; std::nullopt while it runs. Everything it wrote before has been read then.
    [[nodiscard]] const std::optional<Ending>& ending() const noexcept { return ending_; }

    /// True for an ending that we have caused by a signal.
    [[nodiscard]] bool is_from_us(const Ending& ending) const;

    /// A failure of a check may be the first sign of a program that is just ending: lets it.
    void let_end();

    [[nodiscard]] Observation observe() const;

    /// Where each of its threads stands, with its place in the student's files: for a failure that
    /// is told, since asking disturbs the program (ptrace(2)).
    [[nodiscard]] std::vector<Standing> stand() const;

    /// Sends a signal (signal(7)).
    void signal(int number);

    /// Interrupts every thread that is blocked, by the signal of its faults that is handled, and
    /// waits until one of them has handled it.
    void interrupt();

    /// Which start of a student's program it is in this test, from 1; 0 for another's.
    [[nodiscard]] std::size_t start_number() const noexcept { return start_number_; }

    /// Lets whoever debugs it look at it where a check has failed, as long as they like.
    void show_failure_in_debugger(const Failure& failure);

    /// Stops it (SIGSTOP) and waits until it stands still; resume() lets it go on.
    void suspend();
    void resume();

    /// Waits until every thread sleeps and nothing is on the way: it has done all that it can do
    /// before somebody else does something.
    void await_rest();

    /// Writes to its stdin, as somebody who types, or a program at the other end of the pipe. Does
    /// not wait until it has been read.
    void type(std::span<const std::byte> data);
    void type(std::string_view text);

    /// Ends its stdin.
    void end_input();

    /// Waits for a whole line on its stdout and takes it, without the newline; std::nullopt when
    /// none came: it has ended, or `patience` has.
    [[nodiscard]] std::optional<std::string> next_line(std::chrono::milliseconds patience);

    /// Fails unless it ends with this exit status in time.
    void expect_exit(int status, std::chrono::milliseconds patience = patience::to_start);

    /// Fails unless exactly these bytes come next on its stdout.
    void expect_output(std::span<const std::byte> expected);
    void expect_output(std::string_view text);

    /// Fails unless it has written nothing (more) to stdout.
    void expect_no_output();

    /// Fails if it ends although the conversation goes on: it is waiting when it sleeps with
    /// nothing on the way.
    void expect_running();

    /// Waits for a text on its stderr. Returns whether it has come.
    [[nodiscard]] bool await_on_stderr(const std::string& text);

    /// Fails unless it has at most so many descriptors open, its children's included, within a
    /// second.
    void expect_descriptors(std::size_t most);

    /// The same for threads, those of its children included.
    void expect_threads(std::size_t most);

    /// Fails unless it has waited for all its children that have ended, within a second.
    void expect_no_zombies();

    /// Fails if more memory than this has ever been in use (bytes, resident). To be asked of a
    /// program without sanitizers: they take a multiple.
    void expect_peak_memory(std::size_t most);

    /// Fails if it uses more CPU time than this while nothing happens for so long. A program that
    /// is proven to sleep until something happens passes at once.
    void expect_idle(std::chrono::milliseconds window = std::chrono::milliseconds(300),
                     std::chrono::milliseconds most_cpu = std::chrono::milliseconds(30));

    /// Bytes of what was typed that it has read; the others wait in the pipe, or here.
    [[nodiscard]] std::size_t input_read() const;

    /// Fails unless the last line on its stderr is `PROGRAM: what it did: why`, with `reason` in
    /// it, in any case of letters.
    void expect_error_line(const std::string& reason);

private:
    [[nodiscard]] std::vector<Interest> interests() const override;
    bool serve() override;
    [[nodiscard]] bool in_flight() const override { return false; }

    void await_debugger();
    [[nodiscard]] bool debugger_keeps_end() const;
    void wait_while_examined();
    void leave_debugger();
    void send(int number, bool to_every_thread = false);
    bool write_input();
    bool drain(net::Fd& pipe, std::string& text);
    void note_ending();
    [[nodiscard]] std::string subject() const;
    [[nodiscard]] std::string stdout_of() const;
    void check_aftermath(const std::vector<std::string>& left);

    StartOptions options_;
    FaultPlan faults_;
    std::size_t start_number_ = 0;
    int id_ = 0;
    pid_t pid_ = 0;
    bool debugged_ = false;
    net::Fd pidfd_;
    net::Fd stdout_;
    net::Fd stderr_;
    net::Fd stdin_;
    Bytes typed_;            ///< and not yet taken by the pipe
    std::size_t piped_ = 0;  ///< bytes that the pipe has taken
    std::string out_;
    std::string err_;
    std::size_t out_taken_ = 0;  ///< bytes of out_ that checks have taken
    bool over_limit_ = false;
    std::set<int> sent_;  ///< the signals that it got from us
    std::optional<Ending> ending_;
};

}  // namespace harness
