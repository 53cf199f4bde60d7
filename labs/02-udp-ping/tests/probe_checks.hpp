#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "probes.hpp"

/// What the stage probe looks at: the bytes of probes, field by field.
namespace pinging {

/// The next so many probes, in the order of their numbers: UDP promises no other.
[[nodiscard]] std::vector<Probe> take_probes(harness::DatagramPeer& server, std::size_t count);

void expect_size(const Probe& probe, std::size_t size);
void expect_zeros_behind_header(const Probe& probe);

/// Fails unless their numbers are 0, 1, 2, …
void expect_numbered(const std::vector<Probe>& probes);

void expect_one_id(const std::vector<Probe>& probes);
void expect_one_sender(const std::vector<Probe>& probes);

/// Fails if two runs have had the same id.
void expect_all_different(std::vector<std::uint32_t> ids);

/// Fails if all of them are as small as the number of a process: random ones never are.
void expect_any_large(const std::vector<std::uint32_t>& ids);

}  // namespace pinging
