// Takes one thing, as its first argument says; the tests of limits and measures start it.

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t mib = 1U << 20U;

[[noreturn]] void sleep_for_ever() {
    for (;;) ::pause();
}

[[noreturn]] void say_and_sleep(const std::string& text) {
    std::cout << text << std::endl;
    sleep_for_ever();
}

void take_memory(std::size_t size) {
    // Kept: the pointer is given up, the memory is not.
    auto* const memory = static_cast<char*>(std::malloc(size));
    if (memory == nullptr) say_and_sleep(std::strerror(errno));
    std::fill_n(memory, size, 'x');
}

void take_some_memory() {
    take_memory(64 * mib);
    say_and_sleep("taken");
}

void take_all_memory() {
    for (;;) take_memory(16 * mib);
}

void start_processes() {
    for (;;) {
        if (::fork() == 0) sleep_for_ever();
    }
}

void start_threads() {
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) threads.emplace_back(sleep_for_ever);
    say_and_sleep("started");
}

void open_descriptors() {
    int count = 0;
    while (::open("/dev/null", O_RDONLY) != -1) ++count;
    const int error = errno;
    say_and_sleep(std::to_string(count) + ' ' + std::strerror(error));
}

void write_file() {
    std::string name = "/tmp/lab-greedy-XXXXXX";
    const int fd = ::mkstemp(name.data());
    ::unlink(name.c_str());
    const std::string block(1000, 'x');
    ssize_t count = 0;
    ssize_t n = 0;
    while ((n = ::write(fd, block.data(), block.size())) > 0) count += n;
    const int error = errno;
    say_and_sleep(std::to_string(count) + ' ' + std::strerror(error));
}

void map_memory() {
    const bool mapped =
        ::mmap(nullptr, 1024 * mib, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    say_and_sleep(mapped ? "mapped" : std::strerror(errno));
}

/// Half of the time it computes, half of the time it sleeps.
void look_round_often() {
    std::cout << "ready" << std::endl;
    for (;;) {
        const std::clock_t end = std::clock() + CLOCKS_PER_SEC / 500;  // of CPU time
        while (std::clock() < end) {
        }
        ::poll(nullptr, 0, 2);
    }
}

void spin() {
    std::cout << "ready" << std::endl;
    for (volatile int i = 0; i == 0;) {
    }
}

void read_ten_bytes() {
    char buffer[10];
    std::size_t count = 0;
    while (count < sizeof buffer) {
        const ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer - count);
        if (n <= 0) break;
        count += static_cast<std::size_t>(n);
    }
    say_and_sleep("read");
}

const std::map<std::string, void (*)()> ways{
    {"nothing", [] { say_and_sleep("ready"); }},
    {"some-memory", take_some_memory},
    {"all-memory", take_all_memory},
    {"processes", start_processes},
    {"threads", start_threads},
    {"descriptors", open_descriptors},
    {"file", write_file},
    {"address-space", map_memory},
    {"looks-round", look_round_often},
    {"spins", spin},
    {"ten-bytes", read_ten_bytes},
};

}  // namespace

int main(int argc, char* argv[]) { ways.at(argc > 1 ? argv[1] : "")(); }
