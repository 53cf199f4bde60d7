#include "harness/diagnosis/live_stack.hpp"

#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/run/test_run.hpp"

namespace harness {
namespace {

/// What a thread that sleeps in futex(2) really waits for: a word in the name of a function on its
/// stack says so, the innermost first.
struct FutexUser {
    const char* word;
    const char* name;
    Waiting waiting;
};

constexpr std::array futex_users{
    FutexUser{"mutex_lock", "a mutex", Waiting::for_lock},
    FutexUser{"mutex::lock", "a mutex", Waiting::for_lock},
    FutexUser{"lll_lock", "a mutex", Waiting::for_lock},
    FutexUser{"rwlock", "a shared mutex", Waiting::for_lock},
    FutexUser{"cond_", "a condition variable", Waiting::for_threads},
    FutexUser{"condition_variable", "a condition variable", Waiting::for_threads},
    FutexUser{"join", "join, for the end of a thread", Waiting::for_threads},
    FutexUser{"sem_", "a semaphore", Waiting::for_threads},
    FutexUser{"semaphore", "a semaphore", Waiting::for_threads},
    FutexUser{"barrier", "a barrier", Waiting::for_threads},
    FutexUser{"latch", "a latch", Waiting::for_threads},
    FutexUser{"future", "a future", Waiting::for_threads},
};

const FutexUser* user_of_futex(const ThreadStack& stack) {
    for (const SourcePlace& frame : stack.frames) {
        // From here on the names are the student's own.
        if (is_students_file(frame.file)) break;
        const auto* const found =
            std::find_if(futex_users.begin(), futex_users.end(), [&](const FutexUser& user) {
                return frame.function.find(user.word) != std::string::npos;
            });
        if (found != futex_users.end()) return &*found;
    }
    return nullptr;
}

/// Who is at the other end of a socket; empty if that is not known.
std::string name_of(const std::string& socket) {
    for (const Source* source : current_run().sources()) {
        if (std::string name = source->name_of_socket(socket); !name.empty()) return name;
    }
    return {};
}

Standing standing_of(const ThreadView& thread, const ThreadStack& stack) {
    Standing standing;
    for (const SourcePlace& frame : stack.frames) {
        if (is_students_file(frame.file)) standing.frames.push_back(to_string(frame));
    }
    const KnownCall* known = thread.call ? find_call(thread.call->number) : nullptr;
    if (known == nullptr) return standing;
    standing.waiting = known->waiting;
    standing.endless = is_endless(*known, thread.call->values) && !thread.may_wake;
    standing.call = known->name;
    if (known->has_descriptor) {
        const int fd = static_cast<int>(thread.call->values.at(0));
        standing.call += " on descriptor " + std::to_string(fd);
        if (const std::string name = name_of(thread.target); !name.empty())
            standing.call += " (" + name + ")";
    }
    if (known->number != SYS_futex) return standing;
    if (const FutexUser* user = user_of_futex(stack)) {
        standing.waiting = user->waiting;
        standing.call = user->name;
    }
    return standing;
}

}  // namespace

std::vector<ThreadStack> parse_stacks(const nlohmann::json& json) {
    std::vector<ThreadStack> stacks;
    for (const auto& thread : json.at("threads")) {
        ThreadStack stack{.tid = thread.at("tid"), .frames = {}};
        for (const auto& frame : thread.at("frames")) {
            stack.frames.push_back({.function = frame.at("function"),
                                    .file = frame.at("file"),
                                    .line = frame.at("line")});
        }
        stacks.push_back(std::move(stack));
    }
    return stacks;
}

std::vector<Standing> standings(const Observation& observation,
                                const std::vector<ThreadStack>& stacks) {
    std::vector<Standing> list;
    for (const ProcessView& process : observation.processes) {
        for (const ThreadView& thread : process.threads) {
            const auto stack =
                std::find_if(stacks.begin(), stacks.end(),
                             [&](const ThreadStack& s) { return s.tid == thread.tid; });
            list.push_back(standing_of(thread, stack == stacks.end() ? ThreadStack{} : *stack));
        }
    }
    // Of those that wait for the same, the one that was started last has to do with the test.
    std::reverse(list.begin(), list.end());
    std::stable_sort(list.begin(), list.end(),
                     [](const Standing& a, const Standing& b) { return a.waiting < b.waiting; });
    return list;
}

std::string to_string(const Standing& standing) {
    std::string text = standing.call;
    if (!standing.frames.empty()) text += (text.empty() ? "" : ", ") + standing.frames.front();
    return text;
}

}  // namespace harness
