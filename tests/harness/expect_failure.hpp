#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/programs/program.hpp"
#include "harness/run/verdict.hpp"

/// Runs a part of a test that must fail, takes the failure out of the run, and returns it.
/// Fails itself if nothing does.
[[nodiscard]] harness::Failure failure_of(const std::function<void()>& part);

/// A toy server that misbehaves in this way.
[[nodiscard]] harness::Server toy_server(const std::string& misbehaviour);
[[nodiscard]] harness::Process toy(const std::string& misbehaviour);

/// The same of the toys that talk UDP: a server, and a client of a door.
[[nodiscard]] harness::Server datagram_server(const std::string& misbehaviour);
template <typename Door>
[[nodiscard]] harness::Process datagram_client(const std::string& behaviour, const Door& door) {
    return harness::Program("datagram_toy").connect_to(door, {behaviour});
}
