// Does what a sanitizer reports, as its first argument says.

#include <atomic>
#include <climits>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

int total = 0;

/// Lets two threads go through a part of the program one after the other, in a way that no
/// sanitizer takes for a lock.
std::atomic<bool> written{false};

void write_total() {
    total = 1;
    written.store(true, std::memory_order_relaxed);
}

void read_total() {
    while (!written.load(std::memory_order_relaxed)) {
    }
    std::cout << total << '\n';
}

void race() {
    std::thread other(write_total);
    read_total();
    other.join();
}

void lock_in_both_orders() {
    std::mutex one;
    std::mutex two;
    one.lock();
    two.lock();
    two.unlock();
    one.unlock();
    two.lock();
    one.lock();
    one.unlock();
    two.unlock();
}

void overrun(char* buffer, std::size_t at) { buffer[at] = 'x'; }

void overflow_buffer() {
    std::vector<char> buffer(10);
    overrun(buffer.data(), 10);
}

void overflow_int() {
    volatile int most = INT_MAX;
    most = most + 1;
}

void forget_memory() {
    for (int i = 0; i < 10; ++i) {
        auto* volatile memory = new char[100];
        memory[0] = 'x';
    }
}

const std::map<std::string, void (*)()> defects{
    {"race", race},
    {"lock-order", lock_in_both_orders},
    {"overflow-buffer", overflow_buffer},
    {"overflow-int", overflow_int},
    {"leak", forget_memory},
};

}  // namespace

int main(int argc, char* argv[]) { defects.at(argc > 1 ? argv[1] : "")(); }
