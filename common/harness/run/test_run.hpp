#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "harness/run/transcript.hpp"
#include "harness/run/verdict.hpp"
#include "net/tcp.hpp"

namespace harness {

/// Why a test failed, as a student is told.
struct Failure {
    Verdict verdict = Verdict::output;
    std::string says;             ///< the facts that were observed, in one sentence
    std::string means;            ///< what they mean and what to do; empty: what the test explained
    std::optional<Concept> idea;  ///< the idea behind it; empty: the one that the test explained
    std::vector<std::string> details;  ///< further lines: bytes under a caret, a sanitizer's report
};

/// Adds where it happened, and in further lines who has called that, from the inside out.
void tell_places(Failure& failure, std::vector<std::string> frames);

/// Ends a test that has failed; what() is "VERDICT: what was seen". Only fail() throws it.
class TestFailed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Something that a test listens to while it waits: a program's output, a connection.
class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    struct Interest {
        int fd;
        short events;  ///< as for poll(2)
    };
    [[nodiscard]] virtual std::vector<Interest> interests() const = 0;

    /// Takes what is there, without blocking. Returns whether anything has come or gone.
    virtual bool serve() = 0;

    /// True while something is on its way between us and the program, or may be.
    [[nodiscard]] virtual bool in_flight() const = 0;

    /// Who is at the other end of a program's socket, if that is this source: "client 2".
    /// `socket` is its name in /proc/PID/fd, "socket:[4711]".
    [[nodiscard]] virtual std::string name_of_socket(const std::string& /*socket*/) const {
        return {};
    }

    /// True if in_flight() can tell only when the loopback interface has passed on everything that
    /// was sent: await_loopback().
    [[nodiscard]] virtual bool needs_quiet_loopback() const { return false; }

    /// When it has to be served although nothing comes; std::nullopt: never.
    [[nodiscard]] virtual std::optional<std::chrono::steady_clock::time_point> next_moment() const {
        return std::nullopt;
    }
};

class Process;

/// The test that is running: what it has to do with, and what became of it.
class TestRun {
public:
    /// Begins a test. What it draws comes from the seed and its name alone.
    void begin(const std::string& test, std::uint32_t seed);

    /// Begins a way through a test: one with sections is run several times.
    void begin_part();

    [[nodiscard]] Transcript& transcript() noexcept { return transcript_; }
    [[nodiscard]] std::mt19937_64& random() noexcept { return random_; }

    /// The idea behind the checks that follow, and what a student reads when one of them fails.
    void explain(Concept idea, std::string means);

    /// Whether the test has explained what a failure means.
    [[nodiscard]] bool explains() const noexcept { return !means_.empty(); }
    [[nodiscard]] Concept idea() const noexcept { return idea_; }

    /// Every text that the test has explained so far, in all its parts, in the order of coming.
    [[nodiscard]] const std::vector<std::string>& explained() const noexcept { return explained_; }

    /// A wait has met its deadline. That is a failure only if a check says so.
    void note_vain_wait() noexcept { waited_in_vain_ = true; }
    [[nodiscard]] bool has_waited_in_vain() const noexcept { return waited_in_vain_; }

    /// The programs have been looked at, to see whether anything can still come.
    void note_look() noexcept { ++looks_; }
    [[nodiscard]] std::size_t looks() const noexcept { return looks_; }

    /// Keeps a failure; of several the one whose concept comes first.
    void add(Failure failure);
    [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }
    [[nodiscard]] std::optional<Failure> take_failure() {
        return std::exchange(failure_, std::nullopt);
    }

    /// Something that a test had ordered has never happened. If nothing else fails, then the test
    /// has proved nothing: TEST_BUG.
    void doubt(const std::string& what);

    /// The transcript of the part that failed, and the student's program in it.
    [[nodiscard]] const Transcript& told() const noexcept { return told_; }
    [[nodiscard]] const std::string& told_program() const noexcept { return told_program_; }

    void enter(Source* source) { sources_.push_back(source); }
    void leave(Source* source) { std::erase(sources_, source); }
    [[nodiscard]] const std::vector<Source*>& sources() const noexcept { return sources_; }

    void enter(Process* process) { processes_.push_back(process); }
    void leave(Process* process) { std::erase(processes_, process); }
    [[nodiscard]] const std::vector<Process*>& processes() const noexcept { return processes_; }

    /// Keeps a connection that no test talks over any more, until close_kept().
    void keep_open(net::TcpStream stream) { kept_.push_back(std::move(stream)); }
    void close_kept() { kept_.clear(); }

    /// A student's program is started: which one of this test it is, from 1, in all its parts.
    [[nodiscard]] std::size_t next_start(const std::string& program);
    /// The names of those that were started in this test.
    [[nodiscard]] const std::set<std::string>& programs() const noexcept { return programs_; }
    /// Which of them was running last when the test failed; 0 if it has not.
    [[nodiscard]] std::size_t told_start() const noexcept { return told_start_; }

    /// Peers are numbered as they come, so that a transcript can tell them apart.
    [[nodiscard]] int next_peer() noexcept { return ++peers_; }

    /// What a program wrote, kept when it has gone; of a test that failed, that of the failing
    /// part.
    struct Output {
        std::string program;
        bool is_students = true;
        std::string out;
        std::string err;
    };
    void keep(Output output);
    [[nodiscard]] const std::vector<Output>& outputs() const noexcept { return outputs_; }

private:
    Transcript transcript_;
    Transcript told_;
    std::string told_program_;
    std::uint64_t seed_ = 0;
    std::mt19937_64 random_;
    std::string means_;
    std::vector<std::string> explained_;
    Concept idea_ = Concept::program_contract;
    bool waited_in_vain_ = false;
    std::optional<Failure> failure_;
    bool only_doubts_ = false;  ///< failure_ gives way to any other
    std::vector<Source*> sources_;
    std::vector<Process*> processes_;
    std::vector<Output> outputs_;
    std::vector<net::TcpStream> kept_;
    std::size_t looks_ = 0;
    std::size_t starts_ = 0;
    std::set<std::string> programs_;
    std::size_t told_start_ = 0;
    int peers_ = 0;
    int part_ = 0;
    int failed_part_ = 0;
};

/// The one test that runs in this process.
[[nodiscard]] TestRun& current_run();

/// TestRun::explain for the current test.
void explain(Concept idea, std::string means);

/// Ends the current test with this failure, or with what the state of its programs says comes
/// first: a crash outranks the silence that it causes.
[[noreturn]] void fail(Failure failure);

/// Counts one claim that has held: a test that has made none has proved nothing.
void held();

}  // namespace harness
