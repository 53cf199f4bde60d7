#include "statistics.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <ostream>
#include <sstream>

#include "program/todo.hpp"

std::string to_text(Clock::duration time) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(3)
         << std::chrono::duration<double, std::milli>(time).count();
    return text.str();
}

void Statistics::count_reply(Clock::duration time) {
    ++received_;
    // Achieve: whatever print() needs to know of the times.
    TODO("statistics", time);
}

void Statistics::print(std::ostream& out, const std::string& server) const {
    // Achieve: what was sent, received and lost, and the times.
    TODO("statistics", sent_, out, server);
}
