#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

/// What a test and the library inside the program under test share: a file of this layout, mapped
/// by both. The test writes the orders before the program starts; the library writes what has come
/// of them. It survives fork(2) and exec(3), and holds no descriptor open.
namespace harness::faults {

/// The environment variable that names the file.
constexpr const char* plan_variable = "LAB_FAULTS";

/// How much a call that sends takes of what it is offered.
enum class Sends : std::uint32_t { as_they_are, one_byte, a_part };

/// A place in a program: a file that is mapped into it, and an offset there.
struct Frame {
    std::array<char, 512> module{};
    std::uint64_t offset = 0;
};

/// A count that several processes may raise.
using Count = std::atomic<std::uint32_t>;
static_assert(Count::is_always_lock_free);

struct Plan {
    std::uint32_t size = 0;  ///< of this structure: test and library may be of different builds

    // Orders.
    Sends sends = Sends::as_they_are;
    std::uint32_t seed = 0;            ///< of the parts that calls take
    std::uint32_t aborts = 0;          ///< so many clients are gone when they are accepted
    std::int32_t send_buffer = 0;      ///< SO_SNDBUF of accepted sockets; 0: the kernel's
    std::int32_t bind_error = 0;       ///< what bind(2) fails with; 0: it does not
    std::int32_t handled_signal = 0;   ///< gets a handler without SA_RESTART; 0: none
    std::array<char, 4096> answers{};  ///< of the resolver: lines `NAME ADDRESS…` or `NAME !CODE`

    // Facts.
    Count loaded{};
    Count sends_cut{};
    Count offered{};  ///< by the first send that was cut
    Count taken{};    ///< of it
    Count accepts_aborted{};
    Count buffers_set{};
    Count binds_refused{};
    Count names_answered{};
    Count signals_handled{};
    Count sigpipe_frames{};  ///< the stack where SIGPIPE struck, the innermost frame first
    std::array<Frame, 16> sigpipe{};
};

}  // namespace harness::faults
