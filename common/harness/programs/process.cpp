#include "harness/programs/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "harness/programs/debugging.hpp"
#include "harness/programs/reach.hpp"
#include "harness/programs/supervision.hpp"
#include "harness/run/bytes.hpp"
#include "harness/run/held_time.hpp"
#include "harness/run/wait.hpp"
#include "net/error.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

namespace fs = std::filesystem;

/// The folders of LAB_PROGRAMS (a:b), or where the test program itself lies.
fs::path find_program(const std::string& name) {
    const char* variable = std::getenv("LAB_PROGRAMS");
    std::istringstream folders(
        variable != nullptr ? variable : fs::read_symlink("/proc/self/exe").parent_path().string());
    for (std::string folder; std::getline(folders, folder, ':');) {
        fs::path path = fs::path(folder) / name;
        if (fs::is_regular_file(path)) return path;
    }
    throw std::runtime_error("there is no program " + name + " in " + folders.str());
}

/// Each sanitizer ends a program with a status of its own, and at its first report. LeakSanitizer
/// reads its options into those of AddressSanitizer, so the two share theirs.
nlohmann::json sanitizer_settings() {
    // A preloaded library comes before ASan's own, which it would take for a mistake.
    std::string of_asan =
        "exitcode=101:quarantine_size_mb=1:detect_stack_use_after_return=1:verify_asan_link_order="
        "0";
    // LeakSanitizer stops the threads itself, which no debugged program lets it do.
    if (debugged_start() != 0) of_asan += ":detect_leaks=0";
    return {{"ASAN_OPTIONS", std::move(of_asan)},
            {"UBSAN_OPTIONS", "exitcode=102:halt_on_error=1:print_stacktrace=1"},
            {"TSAN_OPTIONS", "exitcode=103:halt_on_error=1:atexit_sleep_ms=0"}};
}

/// Ends the test if its faults could not befall the program, before anything else goes wrong.
void need_reach(const StartOptions& options, const std::string& file, bool debugged) {
    if (options.faults == Faults{} && !debugged) return;
    const std::string why = out_of_reach(file);
    if (why.empty()) return;
    fail({.verdict = Verdict::skipped,
          .says =
              options.name + ' ' + why + ": what this test makes the system do cannot reach it"});
}

void make_nonblocking(const net::Fd& fd) {
    const int flags = net::check(::fcntl(fd.get(), F_GETFL), "fcntl");
    net::check(::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK), "fcntl");
}

Ending parse_ending(const nlohmann::json& body) {
    const bool by_signal = body.contains("signal");
    return {.by_signal = by_signal,
            .number = body.at(by_signal ? "signal" : "exit"),
            .excess = body.value("excess", "")};
}

/// No rights are needed for a limit, but it cannot be above the hard one.
void require_possible(const Limits& limits) {
    rlimit ours{};
    net::check(::getrlimit(RLIMIT_NOFILE, &ours), "getrlimit");
    if (limits.descriptors <= ours.rlim_max) return;
    fail({.verdict = Verdict::skipped,
          .says = "this machine allows a program " + grouped(ours.rlim_max) +
                  " open files at the most (ulimit -Hn); the test needs " +
                  grouped(limits.descriptors)});
}

}  // namespace

std::string to_string(const Ending& ending) {
    if (!ending.by_signal) return "exited with status " + std::to_string(ending.number);
    const char* name = ::sigabbrev_np(ending.number);
    return "died of SIG" + (name != nullptr ? std::string(name) : std::to_string(ending.number));
}

Process::Process(StartOptions options) : options_(std::move(options)), faults_(options_.faults) {
    require_possible(options_.limits);
    const std::string file = is_students() ? find_program(options_.name).string() : options_.file;
    if (is_students()) start_number_ = current_run().next_start(options_.name);
    debugged_ = is_students() && start_number_ == debugged_start();
    if (debugged_) faults_.await_debugger();
    need_reach(options_, file, debugged_);
    auto arguments = nlohmann::json::array({file});
    std::string shown;
    for (const std::string& argument : options_.arguments) {
        arguments.push_back(argument);
        shown += ' ' + argument;
    }
    current_run().transcript().add(Transcript::Side::test, "run " + options_.name + shown);
    for (const std::string& what : describe(options_.faults))
        current_run().transcript().add(Transcript::Side::test, what);
    nlohmann::json environment = sanitizer_settings();
    if (is_students()) {
        for (const auto& [name, value] : faults_.environment()) environment[name] = value;
    }
    auto [body, fds] = ask_supervisor({{"do", "start"},
                                       {"arguments", std::move(arguments)},
                                       {"environment", std::move(environment)},
                                       {"stdin", options_.input ? "pipe" : "null"},
                                       {"limits",
                                        {{"descriptors", options_.limits.descriptors},
                                         {"file_size", options_.limits.file_size},
                                         {"address_space", options_.limits.address_space}}}});
    id_ = body.at("id");
    pid_ = body.at("pid");
    pidfd_ = std::move(fds.at(0));
    stdout_ = std::move(fds.at(1));
    stderr_ = std::move(fds.at(2));
    if (options_.input) stdin_ = std::move(fds.at(3));
    make_nonblocking(stdout_);
    make_nonblocking(stderr_);
    if (stdin_) make_nonblocking(stdin_);
    current_run().enter(static_cast<Source*>(this));
    current_run().enter(this);
    if (debugged_) await_debugger();
}

Process::~Process() {
    try {
        leave_debugger();
        forget_held(pid_);
        if (!ending_) {
            current_run().transcript().add(
                Transcript::Side::test,
                "end " + options_.name + " (SIGKILL), then its connections");
        }
        const auto [body, fds] = ask_supervisor({{"do", "stop"}, {"id", id_}});
        drain(stdout_, out_);
        drain(stderr_, err_);
        const Ending ending = parse_ending(body);
        if (!ending_ && !is_from_us(ending)) ending_ = ending;
        check_aftermath(body.at("left"));
    } catch (const std::exception& e) {
        current_run().add({.verdict = Verdict::test_bug, .says = e.what()});
    }
    current_run().keep(
        {.program = options_.name, .is_students = is_students(), .out = out_, .err = err_});
    current_run().close_kept();
    current_run().leave(static_cast<Source*>(this));
    current_run().leave(this);
}

void Process::let_end() {
    // A process that is on its way out has closed its descriptors before it can be waited for, and
    // a sanitizer ends it when its report is written.
    const auto is_ending = [&] {
        return err_.find("Sanitizer: ") != std::string::npos || observe().exiting();
    };
    // A report is written in pieces, and finding the lines for it takes long on a loaded machine.
    const Deadline deadline(4 * patience::to_start);
    serve();
    while (!ending_ && !deadline.passed() && is_ending()) {
        pollfd set{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
        ::poll(&set, 1, 10);
        serve();
    }
    serve();  // it may have ended while we looked
}

Observation Process::observe() const {
    if (ending_) return {.ended = true};
    auto observation = parse_observation(ask_supervisor({{"do", "observe"}, {"id", id_}}).body);
    observation.has_timer = faults_.has_set_timer();
    return observation;
}

std::vector<Standing> Process::stand() const {
    const Observation observation = observe();
    if (observation.ended) return {};
    const auto stacks = ask_supervisor({{"do", "stacks"}, {"id", id_}}).body;
    return standings(observation, parse_stacks(stacks));
}

bool Process::is_from_us(const Ending& ending) const {
    return ending.by_signal && (ending.number == SIGKILL || sent_.contains(ending.number));
}

std::optional<std::string> Process::next_line(std::chrono::milliseconds patience) {
    std::size_t end = std::string::npos;
    const auto line_or_end = [&] {
        end = out_.find('\n', out_taken_);
        return end != std::string::npos || ending_ || over_limit_;
    };
    (void)wait_until(line_or_end, Deadline(patience));
    if (end == std::string::npos) return std::nullopt;
    std::string line = out_.substr(out_taken_, end - out_taken_);
    out_taken_ = end + 1;
    return line;
}

std::vector<Source::Interest> Process::interests() const {
    std::vector<Interest> list;
    if (!ending_) list.push_back({.fd = pidfd_.get(), .events = POLLIN});
    if (stdout_) list.push_back({.fd = stdout_.get(), .events = POLLIN});
    if (stderr_) list.push_back({.fd = stderr_.get(), .events = POLLIN});
    if (stdin_ && !typed_.empty()) list.push_back({.fd = stdin_.get(), .events = POLLOUT});
    return list;
}

bool Process::serve() {
    pollfd set{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
    const bool ended = !ending_ && ::poll(&set, 1, 0) == 1 && !debugger_keeps_end();
    bool served = drain(stdout_, out_);
    served = drain(stderr_, err_) || served;
    served = write_input() || served;
    if (!ended) return served;
    note_ending();  // after its last words have been read
    return true;
}

bool Process::drain(net::Fd& pipe, std::string& text) {
    bool any = false;
    std::array<char, 65536> buffer;
    while (pipe && !over_limit_) {
        const auto n =
            net::retry_on_eintr([&] { return ::read(pipe.get(), buffer.data(), buffer.size()); });
        if (n == -1) break;
        any = true;
        if (n == 0) {
            pipe.reset();
        } else {
            text.append(buffer.data(), static_cast<std::size_t>(n));
            over_limit_ = out_.size() + err_.size() > options_.output_limit;
        }
    }
    if (over_limit_ && pipe && !ending_) {
        stdout_.reset();
        stderr_.reset();
        send(SIGKILL);
    }
    return any;
}

void Process::note_ending() {
    const auto [body, fds] = ask_supervisor({{"do", "ending"}, {"id", id_}});
    ending_ = parse_ending(body);
    current_run().transcript().add(Transcript::Side::program, to_string(*ending_));
}

}  // namespace harness
