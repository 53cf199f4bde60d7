// What `lab doctor` says of a machine that really lacks something, for want of a right, a network
// or a tool.

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>
#include <sstream>

#include "runner/doctor/probes.hpp"
#include "runner/machine/terminal.hpp"
#include "toy_checkout.hpp"

using Catch::Matchers::ContainsSubstring;
using runner_test::TempDir;
using runner_test::ToyCheckout;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

/// The doctor, started by another program: `{"prlimit", "--as=4000000000"}`.
runner::Outcome doctor_under(const ToyCheckout& checkout, std::vector<std::string> starter,
                             const std::map<std::string, std::string>& environment = {}) {
    runner::Command command = checkout.command({"doctor"});
    command.words.insert(command.words.begin(), starter.begin(), starter.end());
    command.environment.insert(environment.begin(), environment.end());
    return runner::run(command);
}

/// A folder for PATH with these tools alone.
void link_tools(const fs::path& folder, std::initializer_list<const char*> names) {
    fs::create_directories(folder);
    for (const char* name : names) {
        for (const char* place : {"/usr/bin", "/bin"}) {
            if (!fs::exists(fs::path(place) / name) || fs::exists(folder / name)) continue;
            fs::create_symlink(fs::path(place) / name, folder / name);
        }
    }
}

constexpr auto tools_of_the_launcher = {"sh",   "env", "sed",   "grep", "readlink", "cat",
                                        "sort", "tr",  "uname", "id",   "head",     "rm"};

/// A checkout as it was cloned, with nothing built.
class FreshCheckout {
public:
    FreshCheckout() {
        const fs::path source = LAB_SOURCE;
        fs::copy_file(source / "lab", folder_.path() / "lab");
        fs::create_directories(folder_.path() / "labs" / "01-tcp-echo");
        fs::copy(source / "labs" / "01-tcp-echo" / "tests",
                 folder_.path() / "labs" / "01-tcp-echo" / "tests");
        link_tools(path(), tools_of_the_launcher);
    }
    [[nodiscard]] fs::path path() const { return folder_.path() / "bin"; }
    [[nodiscard]] const fs::path& root() const { return folder_.path(); }

    /// Its launcher, with nothing in PATH but what is linked there.
    [[nodiscard]] runner::Outcome doctor() const {
        return runner::run({.words = {(folder_.path() / "lab").string(), "doctor"},
                            .environment = {{"PATH", path().string()}, {"CXX", "c++"}}});
    }

private:
    TempDir folder_;
};

bool has_own_network() { return runner::run({.words = {"unshare", "-Urn", "true"}}).status == 0; }

}  // namespace

TEST_CASE("the doctor finds what a run of the labs rests on", "[doctor]") {
    const ToyCheckout checkout;
    const auto outcome = checkout.lab({"doctor"});
    CHECK_THAT(outcome.output, ContainsSubstring("✓ loopback 127.0.0.1\n") &&
                                   ContainsSubstring("✓ writing in build/\n") &&
                                   ContainsSubstring("GB free") && ContainsSubstring(" cores; "));
    const bool whole = outcome.output.find("Every lab can be done whole.") != std::string::npos;
    CHECK((outcome.status == 0) == whole);
    std::size_t left = 0;
    for (const auto& entry : fs::directory_iterator(checkout.root() / "build"))
        left += entry.path().filename().string().starts_with("lab-doctor") ? 1 : 0;
    CHECK(left == 0);
}

TEST_CASE("the doctor names the stages that a machine without ::1 skips", "[doctor]") {
    if (!has_own_network()) SKIP("this machine gives its users no network of their own");
    const ToyCheckout checkout;
    const auto outcome = doctor_under(
        checkout,
        {"unshare", "-Urn", "sh", "-c",
         "echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6; ip link set lo up; exec \"$@\"", "sh"});
    CHECK_THAT(outcome.output, ContainsSubstring("✓ loopback 127.0.0.1\n") &&
                                   ContainsSubstring("✗ loopback ::1 (IPv6)\n") &&
                                   ContainsSubstring("costs  SKIPPED: 1.7 names\n"));
    CHECK(outcome.status == 1);
}

TEST_CASE("without a loopback the doctor sees no way", "[doctor]") {
    if (!has_own_network()) SKIP("this machine gives its users no network of their own");
    const ToyCheckout checkout;
    const auto outcome = doctor_under(checkout, {"unshare", "-Urn"});
    CHECK_THAT(outcome.output, ContainsSubstring("✗ loopback 127.0.0.1\n") &&
                                   ContainsSubstring("ip link set lo up") &&
                                   ContainsSubstring("The course cannot run here"));
    CHECK(outcome.status == 3);
}

TEST_CASE("the doctor knows that sanitizers need address space", "[doctor]") {
    const ToyCheckout checkout;
    const auto outcome = doctor_under(checkout, {"prlimit", "--as=4000000000"});
    CHECK_THAT(outcome.output, ContainsSubstring("✗ address space\n") &&
                                   ContainsSubstring("3814 MiB") &&
                                   ContainsSubstring("ulimit -v unlimited"));
    CHECK(outcome.status == 3);
}

TEST_CASE("a locale without UTF-8 costs nothing but looks", "[doctor]") {
    const ToyCheckout checkout;
    const auto plain = doctor_under(checkout, {}, {{"LC_ALL", "C.UTF-8"}});
    const auto odd = doctor_under(checkout, {}, {{"LC_ALL", "C"}});
    CHECK_THAT(plain.output, ContainsSubstring("✓ locale: UTF-8\n"));
    CHECK_THAT(odd.output,
               ContainsSubstring("· locale\n") && ContainsSubstring("export LC_ALL=C.UTF-8"));
    CHECK(odd.status == plain.status);
}

TEST_CASE("the doctor sees files from the future, and names one", "[doctor]") {
    const ToyCheckout checkout;
    const auto now = fs::file_time_type::clock::now();
    fs::last_write_time(checkout.lab() / "lab.json", now + std::chrono::hours(2));
    const auto outcome = checkout.lab({"doctor"});
    CHECK_THAT(outcome.output, ContainsSubstring("✗ clock and file times\n") &&
                                   ContainsSubstring("labs/01-tcp-echo/lab.json is ") &&
                                   ContainsSubstring("touch"));
    CHECK(outcome.status >= 1);
}

TEST_CASE("a build folder that cannot be written is the end", "[doctor]") {
    const ToyCheckout checkout;
    fs::remove_all(checkout.root() / "build");
    write_file(checkout.root() / "build", "a file where a folder should be");
    const auto outcome = checkout.lab({"doctor"});
    CHECK_THAT(outcome.output, ContainsSubstring("✗ writing in build/\n"));
    CHECK(outcome.status == 3);
}

TEST_CASE("what tools cost counts in what the doctor concludes", "[doctor]") {
    const ToyCheckout checkout;
    const auto lacking = doctor_under(checkout, {}, {{"LAB_DOCTOR_TOOLS", "1"}});
    CHECK(lacking.status >= 1);
    CHECK_THAT(lacking.output, !ContainsSubstring("Every lab can be done whole"));
    CHECK(doctor_under(checkout, {}, {{"LAB_DOCTOR_TOOLS", "3"}}).status == 3);
}

TEST_CASE("where no program can be built, the launcher says what is lacking", "[doctor]") {
    const FreshCheckout checkout;
    const auto outcome = checkout.doctor();
    CHECK(outcome.status == 3);
    CHECK_THAT(outcome.output,
               ContainsSubstring("✗ CMake (3.25 or newer)\n  for    plans the build\n"
                                 "  costs  nothing works without it\n") &&
                   ContainsSubstring("✗ Ninja\n") && ContainsSubstring("✗ g++, or clang++ 14"));
    CHECK_THAT(outcome.output, ContainsSubstring("✗ nc\n") &&
                                   ContainsSubstring("costs  SKIPPED: real-world\n") &&
                                   ContainsSubstring("costs  SKIPPED: client real-world\n"));
    CHECK_THAT(outcome.output, ContainsSubstring("There is no apt-get here") &&
                                   ContainsSubstring("The course cannot run here"));
    CHECK_FALSE(fs::exists(checkout.root() / "build"));
}

TEST_CASE("the launcher's doctor gives the one command that installs what is lacking", "[doctor]") {
    const FreshCheckout checkout;
    write_file(checkout.path() / "apt-get", "#!/bin/sh\necho called >\"$0.log\"\n");
    write_file(checkout.path() / "apt-cache", "#!/bin/sh\nexit 0\n");
    for (const char* name : {"apt-get", "apt-cache"})
        ::chmod((checkout.path() / name).c_str(), 0755);
    link_tools(checkout.path(), {"ninja"});
    const auto outcome = checkout.doctor();
    CHECK_THAT(outcome.output,
               ContainsSubstring("✓ Ninja  " + (checkout.path() / "ninja").string() + "\n"));
    const auto command = outcome.output.find("sudo apt-get update && sudo apt-get install -y");
    REQUIRE(command != std::string::npos);
    const std::string line =
        outcome.output.substr(command, outcome.output.find('\n', command) - command);
    CHECK_THAT(line, ContainsSubstring(" cmake") && ContainsSubstring(" netcat-openbsd") &&
                         ContainsSubstring(" clang-tidy-14") && !ContainsSubstring("ninja-build"));
    CHECK_FALSE(fs::exists(checkout.path() / "apt-get.log"));
}

TEST_CASE("every line of the doctor fits into forty columns, but for names and commands",
          "[doctor]") {
    const ToyCheckout checkout;
    const auto outcome =
        runner::run({.words = {"script", "-qec",
                               "stty cols 40 && LAB_ROOT='" + checkout.root().string() +
                                   "' '" LAB_BUILD "/lab' doctor",
                               "/dev/null"},
                     .environment = {{"NO_COLOR", "1"}}});
    std::istringstream lines(outcome.output);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        while (!line.empty() && line.back() == '\r') line.pop_back();
        CAPTURE(line);
        CHECK(runner::columns(line) <= 40);
    }
    CHECK(count > 15);
}

TEST_CASE("WSL 1 and 2 are told by the kernel's name", "[doctor]") {
    CHECK(runner::wsl_version("6.1.0-18-amd64") == 0);
    CHECK(runner::wsl_version("4.4.0-19041-Microsoft") == 1);
    CHECK(runner::wsl_version("5.15.90.1-microsoft-standard-WSL2") == 2);
    CHECK(runner::wsl_version("4.19.84-microsoft-standard") == 2);
}

TEST_CASE("a probe that cannot succeed says why", "[doctor]") {
    const TempDir folder;
    CHECK(runner::try_executing(folder.path()).empty());
    CHECK(runner::try_locking(folder.path()).empty());
    CHECK_THAT(runner::try_writing(folder.path() / "missing"), ContainsSubstring("No such file"));
    CHECK_FALSE(runner::try_loopback("192.0.2.1").empty());
    CHECK_THAT(runner::try_preloading("/missing/libmissing.so"), ContainsSubstring("libmissing"));
}
