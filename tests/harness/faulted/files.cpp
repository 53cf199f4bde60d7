#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "faulted.hpp"
#include "harness/faults/fortified.hpp"

namespace faulted {
namespace {

constexpr int rights = 0640;
constexpr int anew = O_RDWR | O_CREAT;

/// A call that makes a file: 0 if that has the right rights.
std::function<void()> making(const std::function<int(const char*)>& make) {
    return [=] {
        const int fd = make(path_of("c.part").c_str());
        struct stat status {};
        if (fd == -1) return print(-1);
        ::umask(0);
        print(::fstat(fd, &status) == 0 && (status.st_mode & 0700U) == 0600U ? 0 : 1);
    };
}

/// A call that opens a file that is there.
std::function<void()> opening(const std::function<int(const char*)>& open) {
    return [=] {
        (void)filled_file();
        print(open(path_of("a.part").c_str()) == -1 ? -1 : 0);
    };
}

std::function<void()> opening_stream(const std::function<FILE*(const char*)>& open) {
    return [=] {
        (void)filled_file();
        FILE* stream = open(path_of("a.part").c_str());
        print(stream == nullptr ? -1 : 0);
        if (stream != nullptr) (void)std::fclose(stream);
    };
}

/// A call with the names of a file that is there, and of one that is not.
std::function<void()> naming(const std::function<int(const char*, const char*)>& call) {
    return [=] {
        (void)filled_file();
        ::syscall(SYS_unlinkat, AT_FDCWD, path_of("c.part").c_str(), 0);
        print(call(path_of("a.part").c_str(), path_of("c.part").c_str()));
    };
}

/// A call with a file that is there and open.
std::function<void()> changing(const std::function<int(int)>& call) {
    return [=] { print(call(filled_file())); };
}

void add_opening(Table& table) {
    table["open"] = making([](const char* path) { return ::open(path, anew, rights); });
    table["open64"] = making([](const char* path) { return ::open64(path, anew, rights); });
    table["openat"] =
        making([](const char* path) { return ::openat(AT_FDCWD, path, anew, rights); });
    table["openat64"] =
        making([](const char* path) { return ::openat64(AT_FDCWD, path, anew, rights); });
    table["creat"] = making([](const char* path) { return ::creat(path, rights); });
    table["creat64"] = making([](const char* path) { return ::creat64(path, rights); });
    table["__open_2"] = opening([](const char* path) { return ::__open_2(path, O_RDONLY); });
    table["__open64_2"] = opening([](const char* path) { return ::__open64_2(path, O_RDONLY); });
    table["__openat_2"] =
        opening([](const char* path) { return ::__openat_2(AT_FDCWD, path, O_RDONLY); });
    table["__openat64_2"] =
        opening([](const char* path) { return ::__openat64_2(AT_FDCWD, path, O_RDONLY); });
    table["fopen"] = opening_stream([](const char* path) { return std::fopen(path, "r"); });
    table["fopen64"] = opening_stream([](const char* path) { return ::fopen64(path, "r"); });
    table["ofstream"] = [] {
        std::ofstream file(path_of("c.part"));
        print(file.is_open() ? 0 : -1);
    };
}

}  // namespace

void add_files(Table& table) {
    add_opening(table);
    table["rename"] = naming([](const char* from, const char* to) { return ::rename(from, to); });
    table["renameat"] = naming(
        [](const char* from, const char* to) { return ::renameat(AT_FDCWD, from, AT_FDCWD, to); });
    table["renameat2"] = naming([](const char* from, const char* to) {
        return ::renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
    });
    table["link"] = naming([](const char* from, const char* to) { return ::link(from, to); });
    table["linkat"] = naming(
        [](const char* from, const char* to) { return ::linkat(AT_FDCWD, from, AT_FDCWD, to, 0); });
    table["unlink"] = naming([](const char* path, const char*) { return ::unlink(path); });
    table["unlinkat"] =
        naming([](const char* path, const char*) { return ::unlinkat(AT_FDCWD, path, 0); });
    table["remove"] = naming([](const char* path, const char*) { return std::remove(path); });
    table["mkdir"] = [] { print(::mkdir(path_of("d.part").c_str(), 0700)); };
    table["mkdirat"] = [] {
        (void)::rmdir(path_of("d.part").c_str());
        print(::mkdirat(AT_FDCWD, path_of("d.part").c_str(), 0700));
    };
    table["fsync"] = changing([](int fd) { return ::fsync(fd); });
    table["fdatasync"] = changing([](int fd) { return ::fdatasync(fd); });
    table["ftruncate"] = changing([](int fd) { return ::ftruncate(fd, 10); });
    table["ftruncate64"] = changing([](int fd) { return ::ftruncate64(fd, 10); });
    table["truncate"] = naming([](const char* path, const char*) { return ::truncate(path, 10); });
    table["truncate64"] =
        naming([](const char* path, const char*) { return ::truncate64(path, 10); });
}

}  // namespace faulted
