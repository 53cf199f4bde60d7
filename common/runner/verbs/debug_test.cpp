#include "runner/verbs/debug_test.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <future>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "runner/exit_status.hpp"
#include "runner/machine/interruption.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/testing/picture.hpp"
#include "runner/testing/test_report.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// What shall be run again.
struct Target {
    const Stage* stage = nullptr;
    std::string test;
    std::size_t start = 1;  ///< which start of a student's program in the test
    bool passes = false;    ///< nothing failed: it is the first one of the stage
};

Target find_target(const Workspace& workspace, const Lab& lab,
                   const std::vector<const Stage*>& stages, std::uint32_t seed) {
    const auto results = test_stages(
        workspace,
        {.lab = &lab, .stages = stages, .programs = {workspace.programs(lab)}, .seed = seed},
        lab.folder);
    for (const StageResult& result : results) {
        const TestRecord& told = result.told;
        if (result.verdict == "PASS" || told.test.empty() || told.verdict == "SKIPPED") continue;
        return {.stage = result.stage,
                .test = told.test,
                .start = std::max<std::size_t>(told.start, 1)};
    }
    const auto tests = tests_of(workspace, lab, *stages.front());
    if (tests.empty()) throw WrongUse("stage " + stages.front()->id + " has no tests");
    return {.stage = stages.front(), .test = tests.front(), .passes = true};
}

/// A script has nothing that gdb could show, and its interpreter is not what is asked for.
void need_compiled(const fs::path& program) {
    std::array<char, SELFMAG> magic{};
    std::ifstream(program, std::ios::binary).read(magic.data(), magic.size());
    if (std::memcmp(magic.data(), ELFMAG, SELFMAG) == 0) return;
    throw WrongUse("--debug is for compiled programs, and " + program.filename().string() +
                   " is none");
}

bool has_terminal() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1; }

void need_gdb() {
    if (!has_terminal()) {
        throw WrongUse(
            "there is no terminal for gdb here; to attach a debugger yourself: "
            "./lab test --debug=wait");
    }
    if (run({.words = {"gdb", "--version"}}).status == 0) return;
    throw WrongUse(
        "there is no gdb on this machine: sudo apt-get install gdb\n"
        "or take a debugger of yours: ./lab test --debug=wait");
}

void say(const std::string& text) {
    std::string line;
    for (const std::string& part : wrap(text, line_width())) line += part + '\n';
    std::cerr << line << std::flush;
}

/// A run whose program waits for a debugger, and that debugger.
class Session {
public:
    explicit Session(bool starts_gdb) : starts_gdb_(starts_gdb) {}

    /// Takes what the test program prints ("@debugger " and JSON: harness/programs/debugging.cpp).
    void take(const std::string& line) {
        static constexpr std::string_view mark = "@debugger ";
        if (!line.starts_with(mark)) return;
        const json told = json::parse(line.substr(mark.size()), nullptr, false);
        if (told.is_discarded()) return;
        const std::string event = told.value("event", "");
        if (event == "awaited") awaited(told);
        if (event == "attached") attached();
        if (event == "failed") failed(told);
        if (event == "over") say("\nlab: the test is over, and ends your program (SIGKILL)");
    }

    /// Waits until the debugger that we have started is left.
    void end() {
        if (gdb_.valid()) gdb_.get();
    }

    [[nodiscard]] bool has_waited() const noexcept { return has_waited_; }

private:
    void awaited(const json& told) {
        has_waited_ = true;
        const int pid = told.at("pid");
        if (starts_gdb_) {
            gdb_ = std::async(std::launch::async, [this, pid] { run_gdb(pid); });
            return;
        }
        const std::string name = told.at("program");
        std::cerr << fmt::format(
            "your {0} waits for a debugger: process {1}\n"
            "  gdb      gdb -p {1} -ex 'break main' -ex continue\n"
            "  VS Code  F5, \"attach to the waiting program\", {0}\n"
            "Ctrl-C here ends the test.\n",
            name, pid);
    }

    void attached() {
        attached_ = true;
        if (starts_gdb_)
            say("lab: in gdb: break LINE, continue, and quit when you have seen enough");
        if (!starts_gdb_) say("a debugger has come; the test's time stands still when it halts");
    }

    static void failed(const json& told) {
        say(fmt::format("\nlab: the test has failed: {}: {}", told.value("verdict", ""),
                        told.value("says", "")));
        say("lab: your program stands where it was. Look around; quit the debugger, or let it "
            "continue, and the test ends.");
    }

    void run_gdb(int pid) {
        const CtrlCIsNotForUs ctrl_c;
        (void)run_on_terminal(
            {.words = {"gdb", "-q", "-p", std::to_string(pid), "-iex", "set confirm off", "-iex",
                       "set pagination off", "-ex", "break main", "-ex", "continue"},
             .environment = {{"DEBUGINFOD_URLS", ""}}});
        // Whoever has not come by now never will: the program would wait without end.
        if (attached_) return;
        ::kill(pid, SIGKILL);
        say("lab: gdb has not come to your program: ./lab doctor says what it needs");
    }

    bool starts_gdb_;
    bool has_waited_ = false;
    std::atomic<bool> attached_ = false;
    std::future<void> gdb_;
};

int tell(const Workspace& workspace, const Lab& lab, const Target& target,
         const TestReport& report) {
    const StageResult result = judge(*target.stage, {target.test}, report, false);
    if (result.verdict == "PASS") {
        std::cout << headline(lab, result, line_width());
        const auto all = tests_of(workspace, lab, *target.stage).size();
        say(fmt::format("this test passes; the stage has {}: ./lab test {}.{}", all, lab.number(),
                        target.stage->id));
        return exit_passed;
    }
    std::cout << draw_failure(lab, result, line_width());
    return exit_failed;
}

}  // namespace

int debug_test(const Workspace& workspace, const Lab& lab, const std::vector<const Stage*>& stages,
               const DebugOptions& options) {
    const bool starts_gdb = options.debugger == "gdb";
    if (starts_gdb) need_gdb();
    const Target target = find_target(workspace, lab, stages, options.seed);
    need_compiled(workspace.programs(lab) / target.stage->program);
    say(fmt::format("{} {}: {}", number_of(lab, *target.stage), target.stage->id,
                    target.passes ? "passes; its first test is" : "fails; the test is"));
    say("  " + target.test);
    say(fmt::format("  again: --seed {}", options.seed));

    Session session(starts_gdb);
    const TestReport report =
        run_tests(workspace, {.lab = &lab,
                              .stages = {target.stage},
                              .programs = {workspace.programs(lab)},
                              .seed = options.seed,
                              .only_test = target.test,
                              .debugged_start = target.start,
                              .on_line = [&](const std::string& line) { session.take(line); }});
    session.end();
    if (!session.has_waited())
        say("this time the test came to its end before it started the program that had failed");
    return tell(workspace, lab, target, report);
}

}  // namespace runner
