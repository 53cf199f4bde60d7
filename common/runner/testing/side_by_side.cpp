#include "runner/testing/side_by_side.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace runner {

std::size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

void side_by_side(std::size_t count, std::size_t at_once,
                  const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    std::exception_ptr first;
    std::mutex mutex;
    const auto take = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                work(i);
            } catch (...) {
                const std::scoped_lock lock(mutex);
                if (!first) first = std::current_exception();
                next = count;
            }
        }
    };
    std::vector<std::thread> workers;
    for (std::size_t i = 1; i < std::min(at_once, count); ++i) workers.emplace_back(take);
    take();
    for (std::thread& worker : workers) worker.join();
    if (first) std::rethrow_exception(first);
}

}  // namespace runner
