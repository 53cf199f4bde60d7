// What a test measures of a program: its structure, not its speed.

#include <fmt/format.h>
#include <sys/ioctl.h>

#include "harness/diagnosis/vain_wait.hpp"
#include "harness/programs/process.hpp"
#include "harness/run/bytes.hpp"
#include "harness/run/wait.hpp"

namespace harness {
namespace {

/// Waits until a count has come down to `most`, and fails if it does not.
template <typename Count>
void expect_at_most(std::size_t most, const std::string& things, Count count) {
    std::size_t now = 0;
    const auto few = [&] { return (now = count()) <= most; };
    if (wait_until(few, Deadline(patience::to_stop)) != Waited::done) {
        fail({.verdict = Verdict::leak,
              .says = fmt::format("it has {} {}, where {} were enough before", now, things, most)});
    }
    held();
}

std::string in_mib(std::size_t size) { return grouped(size >> 20U) + " MiB"; }

}  // namespace

void Process::expect_descriptors(std::size_t most) {
    expect_at_most(most, "descriptors open", [this] { return observe().descriptors(); });
}

void Process::expect_threads(std::size_t most) {
    expect_at_most(most, "threads", [this] { return observe().threads(); });
}

void Process::expect_no_zombies() {
    Observation now;
    const auto none = [&] { return (now = observe()).zombies == 0; };
    if (wait_until(none, Deadline(patience::to_stop)) != Waited::done) {
        fail({.verdict = Verdict::leak,
              .says = fmt::format("{} of its children have ended, and it has not waited for them: "
                                  "each keeps an entry in the table of processes",
                                  now.zombies),
              .means =
                  "whoever calls fork asks how the child has ended: waitpid, or SIGCHLD ignored",
              .idea = Concept::descriptors});
    }
    held();
}

void Process::expect_peak_memory(std::size_t most) {
    const std::size_t peak = observe().peak_memory();
    if (peak > most) {
        fail({.verdict = Verdict::limit,
              .says = fmt::format("it has had {} of memory in use; {} are enough", in_mib(peak),
                                  in_mib(most))});
    }
    held();
}

void Process::expect_idle(std::chrono::milliseconds window, std::chrono::milliseconds most_cpu) {
    const auto before = observe().cpu();
    const auto start = std::chrono::steady_clock::now();
    (void)wait_until([this] { return ending_.has_value(); }, Deadline(window));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start);
    const auto used = observe().cpu() - before;
    if (used > most_cpu) {
        fail_for_cpu(*this, {.verdict = Verdict::busy,
                             .says = fmt::format("it has used {} ms of CPU time in {} ms in which "
                                                 "there was nothing to do",
                                                 used.count(), took.count())});
    }
    held();
}

std::size_t Process::input_read() const {
    int unread = 0;
    if (stdin_ && ::ioctl(stdin_.get(), FIONREAD, &unread) == -1) unread = 0;
    return piped_ - static_cast<std::size_t>(unread);
}

}  // namespace harness
