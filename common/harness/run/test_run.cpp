#include "harness/run/test_run.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <exception>
#include <utility>

#include "harness/diagnosis/diagnosis.hpp"
#include "harness/programs/process.hpp"
#include "harness/run/deadline.hpp"

namespace harness {

void TestRun::begin(const std::string& test, std::uint32_t seed) {
    std::seed_seq mixed(test.begin(), test.end());
    std::uint32_t of_test = 0;
    mixed.generate(&of_test, &of_test + 1);
    seed_ = (std::uint64_t{seed} << 32) | of_test;
    failure_.reset();
    explained_.clear();
    starts_ = told_start_ = 0;
    programs_.clear();
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

std::size_t TestRun::next_start(const std::string& program) {
    programs_.insert(program);
    return ++starts_;
}

void TestRun::explain(Concept idea, std::string means) {
    idea_ = idea;
    means_ = std::move(means);
    if (std::find(explained_.begin(), explained_.end(), means_) == explained_.end())
        explained_.push_back(means_);
}

void TestRun::add(Failure failure) {
    if (!failure.idea) failure.idea = idea_;
    if (failure.means.empty()) failure.means = means_;
    if (failure_ && !only_doubts_ && failure_->idea <= failure.idea) return;
    only_doubts_ = false;
    failure_ = std::move(failure);
    told_ = transcript_;
    told_program_.clear();
    told_start_ = starts_;
    for (const Process* process : processes_) {
        if (!process->is_students()) continue;
        told_program_ = process->name();
        told_start_ = process->start_number();
    }
    failed_part_ = part_;
}

void TestRun::doubt(const std::string& what) {
    // A test that an exception ends has failed, or is skipped, for another reason.
    if (failure_ || std::uncaught_exceptions() > 0) return;
    add({.verdict = Verdict::test_bug, .says = what + ": the test has proved nothing"});
    only_doubts_ = true;
}

void TestRun::keep(Output output) {
    if (!failure_ || failed_part_ == part_) outputs_.push_back(std::move(output));
}

void tell_places(Failure& failure, std::vector<std::string> frames) {
    if (frames.empty()) return;
    // A recursion without end would fill the page.
    frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
    failure.says += ' ' + frames.front();
    failure.details.insert(failure.details.end(), frames.begin() + 1, frames.end());
}

TestRun& current_run() {
    static TestRun run;
    return run;
}

void explain(Concept idea, std::string means) { current_run().explain(idea, std::move(means)); }

void fail(Failure failure) {
    if (current_run().has_waited_in_vain()) Deadline::note_vain_wait();
    for (Process* process : current_run().processes()) process->show_failure_in_debugger(failure);
    Failure told = diagnose(std::move(failure));
    const std::string message = std::string(to_string(told.verdict)) + ": " + told.says;
    current_run().add(std::move(told));
    throw TestFailed(message);
}

void held() { SUCCEED(); }

}  // namespace harness
