#include "probes.hpp"

#include <utility>

#include "harness/run/test_run.hpp"

using namespace harness;

namespace pinging {
namespace {

std::uint64_t number_at(std::span<const std::byte> data, std::size_t at, std::size_t size) {
    std::uint64_t number = 0;
    for (const std::byte value : data.subspan(at, size)) {
        number = number << 8U | std::to_integer<std::uint64_t>(value);
    }
    return number;
}

}  // namespace

std::uint32_t Probe::id() const { return static_cast<std::uint32_t>(number_at(data, 0, 4)); }

std::uint32_t Probe::seq() const { return static_cast<std::uint32_t>(seq_of(data)); }

std::chrono::nanoseconds Probe::sent() const {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(number_at(data, 8, 8)));
}

std::uint64_t seq_of(std::span<const std::byte> data) {
    return data.size() < header_size ? 0 : number_at(data, 4, 4);
}

Probe next_probe(DatagramPeer& server) {
    Datagram datagram = server.next();
    if (datagram.data.size() < header_size) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "a datagram of " + count_of_bytes(datagram.data.size()) +
                      " came; a probe has at least " + std::to_string(header_size),
              .means = "id, seq and sent are 16 bytes, zeros among them, and no text: send as many "
                       "bytes as there are"});
    }
    return {.from = datagram.from, .data = std::move(datagram.data), .taken = Clock::now()};
}

void expect_seq(const Probe& probe, std::uint32_t seq) {
    if (probe.seq() != seq) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "bytes 4 to 7 of the datagram, its seq, should be " + std::to_string(seq) +
                      ", the most significant byte first; they are " +
                      quote(std::span(probe.data).subspan(4, 4))});
    }
    held();
}

Probe expect_probe(DatagramPeer& server, std::uint32_t seq) {
    Probe probe = next_probe(server);
    expect_seq(probe, seq);
    return probe;
}

std::vector<Probe> expect_probes(DatagramPeer& server, std::uint32_t count) {
    std::vector<Probe> probes;
    probes.reserve(count);
    for (std::uint32_t seq = 0; seq < count; ++seq) probes.push_back(expect_probe(server, seq));
    return probes;
}

void answer(DatagramPeer& server, const Probe& probe) { server.send_to(probe.from, probe.data); }

}  // namespace pinging
