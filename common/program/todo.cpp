#include "program/todo.hpp"

#include <iostream>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace program {

void say_not_written(std::string_view file, int line, std::string_view stage) {
    static std::mutex mutex;
    static std::set<std::pair<std::string, int>> said;

    const std::scoped_lock lock(mutex);
    if (!said.emplace(file, line).second) return;
    const auto name = file.substr(file.find_last_of('/') + 1);
    std::cerr << name << ':' << line << ": stage " << stage << " is not written yet\n";
}

}  // namespace program
