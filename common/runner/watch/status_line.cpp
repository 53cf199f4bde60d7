#include "runner/watch/status_line.hpp"

#include <fmt/format.h>

#include <utility>

#include "runner/machine/terminal.hpp"
#include "runner/student/score.hpp"

namespace runner {

std::string draw_status(const std::string& doing, const Lab& lab, const Progress& progress,
                        std::size_t width) {
    const Score won = score_of(lab, progress);
    const std::string score = fmt::format("{}/{} stages  {}/{} points", won.stages,
                                          lab.stages.size(), won.points, won.of_points);
    const std::string short_score = fmt::format("{}/{}", won.stages, lab.stages.size());
    const std::string keys = doing + " · n next  h hint  l list  q quit";
    const std::string short_keys = doing + " · n h l q";
    for (const auto& [left, right] :
         {std::pair(keys, score), std::pair(keys, short_score), std::pair(short_keys, score),
          std::pair(short_keys, short_score)}) {
        if (columns(left) + 2 + columns(right) <= width)
            return fit(left, width - columns(right)) + right;
    }
    return fit(doing, width);
}

}  // namespace runner
