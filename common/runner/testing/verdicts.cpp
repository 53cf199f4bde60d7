#include "runner/testing/verdicts.hpp"

#include <algorithm>

namespace runner {

std::size_t order_of(std::string_view verdict) {
    return static_cast<std::size_t>(std::find(verdicts.begin(), verdicts.end(), verdict) -
                                    verdicts.begin());
}

}  // namespace runner
