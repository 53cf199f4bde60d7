#include "harness/diagnosis/observation.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/diagnosis/calls.hpp"

namespace harness {
namespace {

template <typename Holds>
bool all_threads(const Observation& observation, Holds holds) {
    return std::all_of(observation.processes.begin(), observation.processes.end(),
                       [&](const ProcessView& process) {
                           return std::all_of(process.threads.begin(), process.threads.end(),
                                              holds);
                       });
}

bool same_threads(const Observation& before, const Observation& after) {
    return std::equal(before.processes.begin(), before.processes.end(), after.processes.begin(),
                      after.processes.end(), [](const ProcessView& a, const ProcessView& b) {
                          return a.threads == b.threads;
                      });
}

bool waits_without_end(const ThreadView& thread) {
    if (!thread.call || thread.may_wake) return false;
    const KnownCall* known = find_call(thread.call->number);
    return known != nullptr && is_endless(*known, thread.call->values);
}

const ThreadView* find_thread(const Observation& observation, int tid) {
    for (const ProcessView& process : observation.processes) {
        for (const ThreadView& thread : process.threads) {
            if (thread.tid == tid) return &thread;
        }
    }
    return nullptr;
}

ThreadView parse_thread(const nlohmann::json& json) {
    ThreadView thread{.tid = json.at("tid"),
                      .state = json.at("state").get<std::string>().at(0),
                      .call = std::nullopt,
                      .target = json.at("target"),
                      .switches = json.at("switches"),
                      .slept = json.at("slept"),
                      .may_wake = json.at("may_wake")};
    const auto& call = json.at("call");
    if (!call.empty()) {
        thread.call = Call{.number = static_cast<long>(call.at(0).get<std::uint64_t>()),
                           .values = {call.begin() + 1, call.end()}};
    }
    return thread;
}

ProcessView parse_process(const nlohmann::json& json) {
    ProcessView process{.exiting = json.at("exiting"),
                        .cpu = std::chrono::milliseconds(json.at("cpu_ms").get<std::int64_t>()),
                        .peak_memory = json.at("peak_memory"),
                        .may_wake = json.at("may_wake"),
                        .threads = {},
                        .descriptors = json.at("descriptors"),
                        .tcp_sockets = json.at("tcp_sockets")};
    for (const auto& thread : json.at("threads")) process.threads.push_back(parse_thread(thread));
    return process;
}

bool any_may_wake(const Observation& observation) {
    return std::any_of(observation.processes.begin(), observation.processes.end(),
                       [](const ProcessView& process) { return process.may_wake; });
}

}  // namespace

std::chrono::milliseconds Observation::cpu() const {
    std::chrono::milliseconds sum{};
    for (const ProcessView& process : processes) sum += process.cpu;
    return sum;
}

bool Observation::exiting() const {
    return std::any_of(processes.begin(), processes.end(),
                       [](const ProcessView& p) { return p.exiting; });
}

bool Observation::is_stopped() const {
    return all_threads(*this, [](const ThreadView& t) { return t.state == 'T'; });
}

std::size_t Observation::descriptors() const {
    std::size_t sum = 0;
    for (const ProcessView& process : processes) sum += process.descriptors;
    return sum;
}

std::size_t Observation::threads() const {
    std::size_t sum = 0;
    for (const ProcessView& process : processes) sum += process.threads.size();
    return sum;
}

std::size_t Observation::peak_memory() const {
    std::size_t sum = 0;
    for (const ProcessView& process : processes) sum += process.peak_memory;
    return sum;
}

Observation parse_observation(const nlohmann::json& json) {
    Observation observation;
    observation.zombies = json.at("zombies");
    for (const auto& process : json.at("processes"))
        observation.processes.push_back(parse_process(process));
    return observation;
}

bool at_rest(const Observation& before, const Observation& after) {
    // One that has ended meanwhile may just have told the others so.
    if (after.ended) return before.ended;
    return !after.processes.empty() && !after.exiting() && same_threads(before, after) &&
           all_threads(after,
                       [](const ThreadView& t) { return t.state == 'S' && t.call.has_value(); });
}

bool stuck(const Observation& before, const Observation& after) {
    // A timer that runs out during the later look seems never to have been set; the earlier look
    // has seen it.
    return at_rest(before, after) && !after.has_timer && all_threads(after, waits_without_end) &&
           !any_may_wake(before) && !any_may_wake(after);
}

bool spins(const Observation& before, const Observation& after) {
    const auto has_slept = [&](const ThreadView& now) {
        const ThreadView* then = find_thread(before, now.tid);
        return now.state != 'R' || then == nullptr || then->slept != now.slept;
    };
    return !all_threads(after, has_slept);
}

}  // namespace harness
