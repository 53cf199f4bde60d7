#include "probe_checks.hpp"

#include <algorithm>
#include <span>

#include "harness/run/test_run.hpp"

using namespace harness;

namespace pinging {
namespace {

constexpr std::uint32_t most_processes = 1U << 22U;  // proc(5), pid_max

}  // namespace

std::vector<Probe> take_probes(DatagramPeer& server, std::size_t count) {
    std::vector<Probe> probes;
    probes.reserve(count);
    while (probes.size() < count) probes.push_back(next_probe(server));
    std::sort(probes.begin(), probes.end(),
              [](const Probe& left, const Probe& right) { return left.seq() < right.seq(); });
    return probes;
}

void expect_size(const Probe& probe, std::size_t size) {
    if (probe.data.size() != size) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "a datagram of " + count_of_bytes(probe.data.size()) + " came; --size asks " +
                      "for " + grouped(size)});
    }
    held();
}

void expect_zeros_behind_header(const Probe& probe) {
    const auto rest = std::span(probe.data).subspan(header_size);
    const auto other =
        std::find_if(rest.begin(), rest.end(), [](std::byte b) { return b != std::byte{0}; });
    if (other != rest.end()) {
        const std::size_t at = header_size + static_cast<std::size_t>(other - rest.begin());
        fail({.verdict = Verdict::wrong_bytes,
              .says = "byte " + grouped(at) + " of the datagram is " +
                      quote(std::span(probe.data).subspan(at, 1)) +
                      "; all bytes from 16 on are zeros"});
    }
    held();
}

void expect_numbered(const std::vector<Probe>& probes) {
    for (std::uint32_t seq = 0; const Probe& probe : probes) expect_seq(probe, seq++);
}

void expect_one_id(const std::vector<Probe>& probes) {
    for (const Probe& probe : probes) {
        if (probe.id() != probes.front().id()) {
            fail({.verdict = Verdict::wrong_bytes,
                  .says = "bytes 0 to 3, the id, are " +
                          quote(std::span(probes.front().data).first(4)) + " in the probe of seq " +
                          grouped(probes.front().seq()) + ", and " +
                          quote(std::span(probe.data).first(4)) + " in that of seq " +
                          grouped(probe.seq())});
        }
    }
    held();
}

void expect_one_sender(const std::vector<Probe>& probes) {
    for (const Probe& probe : probes) {
        if (probe.from != probes.front().from) {
            fail({.verdict = Verdict::output,
                  .says = "a probe came from " + probes.front().from.to_string() +
                          ", and another one from " + probe.from.to_string()});
        }
    }
    held();
}

void expect_all_different(std::vector<std::uint32_t> ids) {
    std::sort(ids.begin(), ids.end());
    const auto same = std::adjacent_find(ids.begin(), ids.end());
    if (same != ids.end()) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "bytes 0 to 3, the id, are " + grouped(*same) + " in two of " +
                      grouped(ids.size()) + " runs"});
    }
    held();
}

void expect_any_large(const std::vector<std::uint32_t>& ids) {
    if (*std::max_element(ids.begin(), ids.end()) <= most_processes) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "bytes 0 to 3, the id, are a small number in each of " + grouped(ids.size()) +
                      " runs, " + grouped(ids.back()) +
                      " in the last one: a number of four random bytes hardly ever is, but that "
                      "of a process is"});
    }
    held();
}

}  // namespace pinging
