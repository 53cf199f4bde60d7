#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/program.hpp"
#include "harness/verdict.hpp"

/// Runs a part of a test that must fail, takes the failure out of the run, and returns it.
/// Fails itself if nothing does.
[[nodiscard]] harness::Failure failure_of(const std::function<void()>& part);

/// A toy server that misbehaves in this way.
[[nodiscard]] harness::Server toy_server(const std::string& misbehaviour);
[[nodiscard]] harness::Process toy(const std::string& misbehaviour);
