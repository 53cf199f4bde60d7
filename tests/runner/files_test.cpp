#include "runner/machine/files.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <cstddef>

#include "temp_dir.hpp"

using runner::rename_if_free;
using runner::write_new_file;
using runner_test::read_file;
using runner_test::TempDir;
using runner_test::write_file;

namespace fs = std::filesystem;

namespace {

/// From now on renameat2(2) fails as it does on file systems without RENAME_NOREPLACE.
bool lose_renameat2() {
    std::array<sock_filter, 4> rules{{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_renameat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
    sock_fprog program{.len = rules.size(), .filter = rules.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

enum Answer { renamed = 0, taken = 1, failed = 2, not_possible = 3 };

/// rename_if_free() in a process of its own, without renameat2(2).
Answer rename_in_two_steps(const fs::path& from, const fs::path& to) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (!lose_renameat2()) ::_exit(not_possible);
        try {
            ::_exit(rename_if_free(from, to) ? renamed : taken);
        } catch (const std::exception&) {
            ::_exit(failed);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? static_cast<Answer>(WEXITSTATUS(status)) : failed;
}

}  // namespace

TEST_CASE("a file is renamed to a free name, and to no other", "[files]") {
    const TempDir folder;
    const fs::path from = folder.path() / "from";
    const fs::path to = folder.path() / "to";
    write_file(from, "new");
    SECTION("free") {
        CHECK(rename_if_free(from, to));
        CHECK(read_file(to) == "new");
        CHECK_FALSE(fs::exists(from));
    }
    SECTION("a file") {
        write_file(to, "old");
        CHECK_FALSE(rename_if_free(from, to));
        CHECK(read_file(to) == "old");
        CHECK(read_file(from) == "new");
    }
    SECTION("a link that leads nowhere") {
        fs::create_symlink("nowhere", to);
        CHECK_FALSE(rename_if_free(from, to));
        CHECK(fs::is_symlink(to));
    }
    SECTION("an empty folder") {
        fs::create_directory(to);
        CHECK_FALSE(rename_if_free(from, to));
    }
    SECTION("in no folder") {
        CHECK_THROWS_AS(rename_if_free(from, folder.path() / "x" / "y"), std::system_error);
    }
}

TEST_CASE("the same where the file system cannot do it in one step", "[files]") {
    const TempDir folder;
    const fs::path from = folder.path() / "from";
    const fs::path to = folder.path() / "to";
    SECTION("a file") {
        write_file(from, "new");
        const Answer answer = rename_in_two_steps(from, to);
        if (answer == not_possible) SKIP("this machine has no seccomp");
        CHECK(answer == renamed);
        CHECK(read_file(to) == "new");
        CHECK_FALSE(fs::exists(from));
        write_file(from, "newer");
        CHECK(rename_in_two_steps(from, to) == taken);
        CHECK(read_file(to) == "new");
        CHECK(rename_in_two_steps(from, folder.path() / "x" / "y") == failed);
    }
    SECTION("a folder") {
        write_file(from / "file", "new");
        const Answer answer = rename_in_two_steps(from, to);
        if (answer == not_possible) SKIP("this machine has no seccomp");
        CHECK(answer == renamed);
        CHECK(read_file(to / "file") == "new");
        write_file(from / "file", "newer");
        CHECK(rename_in_two_steps(from, to) == taken);
        CHECK(read_file(to / "file") == "new");
    }
}

TEST_CASE("a new file is written over nothing", "[files]") {
    const TempDir folder;
    const fs::path file = folder.path() / "file";
    write_new_file(file, "old");
    CHECK_THROWS_AS(write_new_file(file, "new"), std::system_error);
    CHECK(read_file(file) == "old");
    write_new_file(folder.path() / "script", "#!/bin/sh\n", 0755);
    CHECK((fs::status(folder.path() / "script").permissions() & fs::perms::owner_exec) !=
          fs::perms::none);
}
