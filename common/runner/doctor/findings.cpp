#include "runner/doctor/findings.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <regex>
#include <set>

#include "runner/doctor/probes.hpp"
#include "runner/machine/files.hpp"
#include "runner/testing/picture.hpp"
#include "runner/testing/side_by_side.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t gigabyte = std::size_t{1} << 30U;

double in_gigabytes(std::size_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(gigabyte);
}

/// A finding of a probe: `lack` is what its failure costs.
Finding judged(const std::string& error, Finding lack) {
    if (error.empty()) return {.what = std::move(lack.what)};
    lack.seen = error;
    return lack;
}

std::string stages_named(const Course& course, const std::string& text) {
    const auto stages = stages_with(course, text);
    return stages.empty() ? "no stage so far" : fmt::format("{}", fmt::join(stages, ", "));
}

void examine_network(const Course& course, std::vector<Finding>& findings) {
    findings.push_back(judged(try_loopback("127.0.0.1"), {.what = "loopback 127.0.0.1",
                                                          .loss = Loss::course,
                                                          .costs = "nothing can be tested",
                                                          .get = "as root: ip link set lo up"}));
    findings.push_back(judged(try_loopback("127.77.88.99"),
                              {.what = "all of 127.0.0.0/8",
                               .loss = Loss::stages,
                               .costs = "tests that need an address of their own fail",
                               .get = "Linux's own loopback has them all: leave the sandbox"}));
    findings.push_back(
        judged(try_loopback("::1"),
               {.what = "loopback ::1 (IPv6)",
                .loss = Loss::stages,
                .costs = "SKIPPED: " + stages_named(course, "\"::1\""),
                .get = "as root: sysctl net.ipv6.conf.lo.disable_ipv6=0; for Docker: docker run "
                       "--sysctl net.ipv6.conf.all.disable_ipv6=0"}));
    findings.push_back(judged(try_socket_queues(),
                              {.what = "queues of sockets",
                               .loss = Loss::stages,
                               .costs = "what a program has not read cannot be seen: tests that "
                                        "send in pieces, and proofs that a program is stuck, fail",
                               .get = "mount /proc, or allow netlink's sock_diag"}));
}

void examine_processes(std::vector<Finding>& findings) {
    const std::string permission =
        "Docker: --cap-add=SYS_PTRACE; else as root: sysctl kernel.yama.ptrace_scope=1";
    findings.push_back(judged(try_process_descriptor(),
                              {.what = "descriptors of processes",
                               .loss = Loss::course,
                               .costs = "no program can be started under test",
                               .get = "Linux 5.9 or newer (uname -r), or leave the sandbox"}));
    findings.push_back(
        judged(try_adopting_orphans(), {.what = "adopting orphans",
                                        .loss = Loss::course,
                                        .costs = "the supervisor cannot keep processes together",
                                        .get = "leave the sandbox that forbids prctl"}));
    findings.push_back(judged(try_large_address_space(),
                              {.what = "address space",
                               .loss = Loss::course,
                               .costs = "AddressSanitizer cannot start, so no program of yours can",
                               .get = "ulimit -v unlimited"}));
    findings.push_back(
        judged(try_seeing_calls(),
               {.what = "seeing a program's calls",
                .loss = Loss::stages,
                .costs = "a program that is stuck is told after seconds, and without its call",
                .get = permission}));
    findings.push_back(
        judged(try_tracing(), {.what = "stacks of live programs",
                               .loss = Loss::stages,
                               .costs = "a failure does not say in which line your program stands",
                               .get = permission}));
    findings.push_back(
        judged(try_borrowing_descriptors(),
               {.what = "looking at a program's sockets",
                .loss = Loss::stages,
                .costs = "that a socket waits without a limit is not known: a program that is "
                         "stuck is told after seconds, not at once",
                .get = "Linux 5.6 or newer; " + permission}));
}

/// The library of faults, which is there once a lab has been tested.
void examine_preloading(const Workspace& workspace, const Course& course,
                        std::vector<Finding>& findings) {
    fs::path library = workspace.build() / "common" / "harness" / "libfaults.so";
    if (!fs::exists(library)) library = "libBrokenLocale.so.1";  // a small one that libc brings
    findings.push_back(
        judged(try_preloading(library),
               {.what = "faults by a library",
                .loss = Loss::stages,
                .costs = "tests that make calls fail cannot: " + stages_named(course, ".with("),
                .get = "leave the sandbox that clears LD_PRELOAD; build/ must not be on a file "
                       "system that is mounted noexec"}));
}

const char* const move_it =
    "copy the course to a folder of your own on a file system of Linux: in your home folder";

Finding of_file_times(const Workspace& workspace) {
    const FutureFile future = newest_in_future(workspace.root());
    if (future.ahead.count() == 0) return {.what = "clock and file times"};
    return {.what = "clock and file times",
            .loss = Loss::stages,
            .seen = fmt::format("{} is {} s in the future", workspace.shown(future.file),
                                future.ahead.count()),
            .costs = "a build may leave out what you have changed, or never end",
            .get = "set the clock, then: find . -exec touch {} +"};
}

void examine_checkout(const Workspace& workspace, std::vector<Finding>& findings) {
    const fs::path folder = workspace.root() / "build";
    findings.push_back(judged(try_writing(folder), {.what = "writing in build/",
                                                    .loss = Loss::course,
                                                    .costs = "nothing can be built",
                                                    .get = move_it}));
    if (findings.back().loss != Loss::none) return;
    findings.push_back(
        judged(try_executing(folder), {.what = "executing in build/",
                                       .loss = Loss::course,
                                       .costs = "what is built cannot be run",
                                       .get = std::string(move_it) + ", or mount it with exec"}));
    findings.push_back(
        judged(try_locking(folder),
               {.what = "locks of files",
                .loss = Loss::stages,
                .costs = "progress is not kept, and two builds may get into each other's way",
                .get = move_it}));
    findings.push_back(
        judged(try_mode_bits(folder), {.what = "mode bits of files",
                                       .loss = Loss::comfort,
                                       .costs = "every file counts as executable, for git too",
                                       .get = move_it}));
    if (is_windows_drive(workspace.root())) {
        findings.push_back({.what = "a file system of Linux",
                            .loss = Loss::comfort,
                            .seen = workspace.root().string() + " is a drive of Windows",
                            .costs = "each build takes many times as long",
                            .get = move_it});
    }
    findings.push_back(of_file_times(workspace));
}

void examine_disk(const Workspace& workspace, std::vector<Finding>& findings) {
    // Measured: what students use is 0.5 GB when built whole, `lab verify` another 2 GB.
    constexpr std::size_t least = gigabyte / 4;
    constexpr std::size_t enough = 3 * gigabyte;
    std::error_code error;
    const auto space = fs::space(workspace.root(), error);
    if (error) return;
    Finding disk{.what = "disk",
                 .seen = fmt::format("{:.1f} GB free", in_gigabytes(space.available))};
    if (space.available < least) {
        disk.loss = Loss::course;
        disk.costs = "a lab's tests take 0.3 GB to build";
    } else if (space.available < enough) {
        disk.loss = Loss::comfort;
        disk.costs = "enough for the labs; ./lab verify takes 2.5 GB";
    }
    if (disk.loss != Loss::none) disk.get = "make room, or delete build/verify and build/clang";
    findings.push_back(std::move(disk));
}

void examine_strength(std::vector<Finding>& findings) {
    constexpr std::size_t of_a_compiler = gigabyte;
    const std::size_t memory = available_memory();
    Finding room{.what = "memory", .seen = fmt::format("{:.1f} GB free", in_gigabytes(memory))};
    if (memory != 0 && memory < of_a_compiler) {
        room.loss = Loss::comfort;
        room.costs = "a compiler takes up to 1 GB: builds may be slow, or killed";
        room.get = "end other programs; WSL 2: memory= in .wslconfig";
    }
    findings.push_back(std::move(room));

    // What a machine of the course's makers takes for a program's start, with plenty to spare.
    constexpr int usual_ms = 100;
    const auto start = time_to_start_a_program();
    const auto scale = (start.count() + usual_ms - 1) / usual_ms;
    Finding speed{
        .what = "speed",
        .seen = fmt::format("{} cores; a program starts in {} ms", cores(), start.count())};
    if (scale > 1) {
        speed.loss = Loss::comfort;
        speed.costs = "right programs may be taken for slow ones";
        speed.get = fmt::format("export LAB_TIME_SCALE={}", scale);
    }
    findings.push_back(std::move(speed));
}

void examine_system(std::vector<Finding>& findings) {
    utsname name{};
    ::uname(&name);
    const int wsl = wsl_version(name.release);
    Finding kernel{.what = "kernel",
                   .seen = wsl == 2 ? fmt::format("{} (WSL 2)", name.release) : name.release};
    if (wsl == 1) {
        kernel.loss = Loss::course;
        kernel.costs = "WSL 1 only plays Linux: programs cannot be looked at";
        kernel.get = "in Windows: wsl --set-version DISTRIBUTION 2";
    }
    findings.push_back(std::move(kernel));

    const std::string encoding = locale_encoding();
    Finding locale{.what = "locale", .seen = encoding};
    if (encoding != "UTF-8") {
        locale.loss = Loss::comfort;
        locale.costs = "pictures look odd: ← → ✓ are more than ASCII";
        locale.get = "export LC_ALL=C.UTF-8";
    }
    findings.push_back(std::move(locale));
}

/// What would hold a stranger's program, from the strongest to the weakest.
Finding of_level(const std::string& space, const std::string& boxes, const std::string& group) {
    const std::string so_far =
        "nothing today; once there is grading, a stranger's program is held ";
    Finding lack{.what = "boxes for strangers' work", .loss = Loss::comfort};
    if (!boxes.empty()) {
        lack.seen = boxes;
        lack.costs =
            so_far + (::geteuid() == 0 ? "by a user of its own and limits alone" : "by nothing");
        lack.get = space.empty() ? "sudo apt-get install bubblewrap"
                                 : "allow user namespaces (Ubuntu: tell AppArmor of bwrap)";
        return lack;
    }
    if (group.empty()) return {.what = lack.what, .seen = "bubblewrap and control groups"};
    lack.seen = group;
    lack.costs = so_far + "in boxes, without limits on memory";
    lack.get = "a control group of one's own: systemd-run --user --scope";
    return lack;
}

void examine_boxes(std::vector<Finding>& findings) {
    const std::string space = try_user_namespace();
    const std::string boxes = space.empty() ? try_bubblewrap() : space;
    findings.push_back(of_level(space, boxes, boxes.empty() ? try_control_group() : ""));
}

/// The tags of all tests in the files that have `text` in them.
std::set<std::string> tags_with(const fs::path& tests, const std::string& text) {
    static const std::regex tag(R"re("\[([a-z0-9-]+)\])re");
    std::set<std::string> tags;
    for (const auto& entry : fs::directory_iterator(tests)) {
        if (entry.path().extension() != ".cpp") continue;
        const std::string source = read_file(entry.path());
        if (source.find(text) == std::string::npos) continue;
        for (std::sregex_iterator it(source.begin(), source.end(), tag), end; it != end; ++it)
            tags.insert((*it)[1]);
    }
    return tags;
}

}  // namespace

std::vector<std::string> stages_with(const Course& course, const std::string& text) {
    std::vector<std::string> stages;
    for (const Lab& lab : course.labs) {
        const auto tags = tags_with(lab.folder / "tests", text);
        for (const Stage& stage : lab.stages) {
            if (tags.contains(stage.id)) stages.push_back(number_of(lab, stage) + ' ' + stage.id);
        }
    }
    return stages;
}

std::vector<Finding> examine(const Workspace& workspace, const Course& course) {
    std::vector<Finding> findings;
    examine_system(findings);
    examine_strength(findings);
    examine_disk(workspace, findings);
    examine_checkout(workspace, findings);
    examine_network(course, findings);
    examine_processes(findings);
    examine_preloading(workspace, course, findings);
    examine_boxes(findings);
    return findings;
}

}  // namespace runner
