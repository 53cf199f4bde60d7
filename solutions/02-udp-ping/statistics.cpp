#include "statistics.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <ostream>
#include <sstream>

std::string to_text(Clock::duration time) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(3)
         << std::chrono::duration<double, std::milli>(time).count();
    return text.str();
}

void Statistics::count_reply(Clock::duration time) {
    ++received_;
    least_ = received_ == 1 ? time : std::min(least_, time);
    most_ = std::max(most_, time);
    // Welford's way: the difference of two large sums of squares would lose what is asked for.
    const auto value = static_cast<double>(time.count());
    const double from_old_mean = value - mean_;
    mean_ += from_old_mean / static_cast<double>(received_);
    squares_ += from_old_mean * (value - mean_);
}

void Statistics::print(std::ostream& out, const std::string& server) const {
    const std::uint64_t lost = sent_ - received_;
    out << "--- " << server << " ping statistics ---\n"
        << sent_ << " sent, " << received_ << " received, " << duplicates_
        << (duplicates_ == 1 ? " duplicate, " : " duplicates, ")
        << (sent_ == 0 ? 0 : lost * 100 / sent_) << "% loss\n";
    if (any_reply()) print_times(out);
    out << std::flush;
}

void Statistics::print_times(std::ostream& out) const {
    const auto of_ticks = [](double ticks) {
        return to_text(Clock::duration(std::llround(ticks)));
    };
    out << "rtt min/avg/max/mdev = " << to_text(least_) << '/' << of_ticks(mean_) << '/'
        << to_text(most_) << '/' << of_ticks(std::sqrt(squares_ / static_cast<double>(received_)))
        << " ms\n";
}
