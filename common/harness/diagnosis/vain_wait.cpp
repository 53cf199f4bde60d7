#include "harness/diagnosis/vain_wait.hpp"

#include <algorithm>
#include <thread>

#include "harness/run/deadline.hpp"

namespace harness {
namespace {

/// The callers of the thread that is told, then where the others stand.
void tell_threads(Failure& failure, const std::vector<Standing>& threads) {
    const auto& callers = threads.front().frames;
    if (callers.size() > 1)
        failure.details.insert(failure.details.end(), callers.begin() + 1, callers.end());
    for (std::size_t i = 1; i < threads.size(); ++i) {
        const std::string place = to_string(threads[i]);
        if (!place.empty()) failure.details.push_back("another thread: " + place);
    }
}

/// Whether a program computes and never sleeps. On a busy machine it may get little of a core: that
/// it could always have run is what counts.
bool spins(const Process& process) {
    constexpr std::chrono::milliseconds between_looks{10};
    constexpr int looks = 10;
    const Observation before = process.observe();
    for (int i = 0; i < looks; ++i) {
        if (!spins(before, process.observe())) return false;
        std::this_thread::sleep_for(between_looks);
    }
    return true;
}

/// Where it computes; of one that sleeps now and then, where it does so.
void tell_threads_at_work(Failure& failure, const Process& process) {
    const std::vector<Standing> threads = process.stand();
    const auto at_work = std::find_if(threads.begin(), threads.end(),
                                      [](const Standing& thread) { return thread.call.empty(); });
    if (at_work != threads.end()) {
        tell_places(failure, at_work->frames);
    } else if (!threads.empty()) {
        failure.says += "; just now it is in " + to_string(threads.front());
    }
}

Failure of_spinning(const Process& process, Failure failure) {
    failure.verdict = Verdict::busy;
    failure.says += "; meanwhile it has kept a core busy for " +
                    std::to_string(process.observe().cpu().count()) + " ms";
    tell_threads_at_work(failure, process);
    if (failure.idea > Concept::end_of_stream) failure.idea = Concept::end_of_stream;
    return failure;
}

/// Whether a thread is stuck in anything but waiting for input. A wait that has a limit will go on.
bool is_hang(const Standing& thread) {
    switch (thread.waiting) {
        case Waiting::for_answer:
            return true;
        case Waiting::for_room:
        case Waiting::for_lock:
        case Waiting::for_threads:
        case Waiting::for_signal:
            return thread.endless;
        default:
            return false;
    }
}

/// What it means to be stuck there; empty where only the test can tell.
std::string meaning_of(const Standing& thread) {
    if (thread.call == "pause") {
        return "pause() waits for a signal, and nothing else: the starter has it in the place of "
               "what is to be written, and it goes away with that";
    }
    switch (thread.waiting) {
        case Waiting::for_room:
            return "whoever sends waits until the other side has read: as long as it does not, "
                   "this thread can do nothing for anybody else";
        case Waiting::for_answer:
            return "nobody takes the connection, and connect waits for that, for minutes";
        case Waiting::for_lock:
            return "a mutex is given up by the thread that holds it: one that locks it twice waits "
                   "for itself, and two that each hold what the other wants wait for ever";
        default:
            return "";
    }
}

}  // namespace

Failure of_wait(const Process& process, Failure failure) {
    if (spins(process)) return of_spinning(process, std::move(failure));
    const std::vector<Standing> threads = process.stand();
    if (threads.empty()) return failure;
    const Standing& told = threads.front();
    // Whoever should have ended is wrong in any call.
    if (is_hang(told) && failure.verdict == Verdict::no_reply) failure.verdict = Verdict::hang;
    if (failure.verdict == Verdict::hang) {
        // What the test explains is about something else.
        if (std::string means = meaning_of(told); !means.empty()) failure.means = std::move(means);
    }
    if (!told.call.empty()) failure.says += "; it waits in " + to_string(told);
    tell_threads(failure, threads);
    return failure;
}

void fail_for_cpu(const Process& process, Failure failure) {
    tell_threads_at_work(failure, process);
    fail(std::move(failure));
}

void fail_to_end(const Process& process, Failure failure) {
    fail(of_wait(process, std::move(failure)));
}

}  // namespace harness
