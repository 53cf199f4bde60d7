#pragma once

#include <stdexcept>

namespace runner {

/// The person typed something the command cannot follow: what() says what is known. Exit status 2.
class WrongUse : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace runner
