#pragma once

#include "harness/programs/channel.hpp"

namespace harness {

/// Gives an order to the supervisor that has started us (the orders: supervisor/main.cpp) and waits
/// for its answer. Throws std::runtime_error when it could not obey, or when there is none.
Message ask_supervisor(const nlohmann::json& order);

/// True when this process has been started by a supervisor.
[[nodiscard]] bool is_supervised();

}  // namespace harness
