#include "harness/test_run.hpp"

#include <catch2/catch_test_macros.hpp>
#include <utility>

#include "harness/deadline.hpp"
#include "harness/diagnosis.hpp"
#include "harness/process.hpp"

namespace harness {

void TestRun::begin(const std::string& test, std::uint32_t seed) {
    std::seed_seq mixed(test.begin(), test.end());
    std::uint32_t of_test = 0;
    mixed.generate(&of_test, &of_test + 1);
    seed_ = (std::uint64_t{seed} << 32) | of_test;
    failure_.reset();
    begin_part();
}

void TestRun::begin_part() {
    transcript_ = Transcript();
    random_.seed(seed_);
    means_.clear();
    idea_ = Concept::program_contract;
    waited_in_vain_ = false;
    if (!failure_) outputs_.clear();
    peers_ = 0;
    ++part_;
}

void TestRun::explain(Concept idea, std::string means) {
    idea_ = idea;
    means_ = std::move(means);
}

void TestRun::add(Failure failure) {
    if (!failure.idea) failure.idea = idea_;
    if (failure.means.empty()) failure.means = means_;
    if (failure_ && failure_->idea <= failure.idea) return;
    failure_ = std::move(failure);
    told_ = transcript_;
    told_program_.clear();
    for (const Process* process : processes_) {
        if (process->is_students()) told_program_ = process->name();
    }
    failed_part_ = part_;
}

void TestRun::keep(Output output) {
    if (!failure_ || failed_part_ == part_) outputs_.push_back(std::move(output));
}

TestRun& current_run() {
    static TestRun run;
    return run;
}

void explain(Concept idea, std::string means) { current_run().explain(idea, std::move(means)); }

void fail(Failure failure) {
    if (current_run().has_waited_in_vain()) Deadline::note_vain_wait();
    Failure told = diagnose(std::move(failure));
    const std::string message = std::string(to_string(told.verdict)) + ": " + told.says;
    current_run().add(std::move(told));
    throw TestFailed(message);
}

void held() { SUCCEED(); }

}  // namespace harness
