#include "runner/student/score.hpp"

namespace runner {

Score score_of(const Lab& lab, const Progress& progress) {
    Score score;
    for (const Stage& stage : lab.stages) {
        score.of_points += stage.points;
        if (!progress.passed(lab.id, stage.id)) continue;
        ++score.stages;
        score.points += stage.points;
    }
    return score;
}

}  // namespace runner
