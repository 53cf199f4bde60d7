#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "harness/faults/calls.hpp"

/// What a test and the library inside the program under test share: a file of this layout, mapped
/// by both. The test writes the orders before the program starts; the library writes what has come
/// of them. It survives fork(2) and exec(3), and holds no descriptor open.
namespace harness::faults {

/// The environment variable that names the file.
constexpr const char* plan_variable = "LAB_FAULTS";

/// A count that several processes may raise.
using Count = std::atomic<std::uint32_t>;
using LongCount = std::atomic<std::uint64_t>;
static_assert(Count::is_always_lock_free && LongCount::is_always_lock_free);

constexpr std::int32_t any_fd = -1;
constexpr std::uint32_t always = UINT32_MAX;

/// One fault that was ordered, and what has come of it.
struct Order {
    Calls call = Calls::none;
    On on = On::anything;
    std::int32_t fd = any_fd;
    std::array<char, 256> path{};  ///< the end of a file's name; empty: any
    Takes takes = Takes::all;
    std::int32_t error = 0;
    std::uint32_t from = 1;
    std::uint32_t times = always;

    Count matched{};  ///< calls that it is about
    Count struck{};   ///< those that it befell
    // Of the first one of these:
    std::array<char, 20> function{};
    std::uint64_t offered = 0;
    std::uint64_t taken = 0;
    Count told{};  ///< the three above are complete
};

/// What a program has done of one kind.
struct Tally {
    LongCount calls{};
    LongCount bytes{};
};

/// A place in a program: a file that is mapped into it, and an offset there, one byte behind the
/// instruction at least.
struct Frame {
    std::array<char, 512> module{};
    std::uint64_t offset = 0;
};

/// The first fatal signal of the program itself, not of its children.
struct Crash {
    Count claimed{};
    std::int32_t signal = 0;
    std::array<Frame, 32> stack{};  ///< the innermost frame first
    Count frames{};
};

struct Plan {
    std::uint32_t size = 0;  ///< of this structure: test and library may be of different builds

    // Orders.
    std::uint32_t number_of_orders = 0;
    std::array<Order, 16> orders{};
    std::uint32_t seed = 0;             ///< of the parts that calls take
    std::uint32_t time_runs_out = 0;    ///< time limits have run out when they are set
    std::int32_t send_buffer = 0;       ///< SO_SNDBUF of accepted sockets; 0: the kernel's
    std::uint32_t awaits_debugger = 0;  ///< the program goes no further until one has come
    std::int32_t handled_signal = 0;    ///< gets a handler without SA_RESTART; 0: none
    std::array<char, 4096> answers{};  ///< of the resolver: lines `NAME ADDRESS…` or `NAME !CODE`

    // Facts.
    Count loaded{};
    std::atomic<std::int32_t> program{};  ///< the process that has loaded the library first
    std::array<Tally, number_of_calls> tallies{};
    Count parts_drawn{};
    Count times_run_out{};
    Count timers_set{};
    std::array<char, 20> limited{};  ///< the function whose time has run out first
    Count buffers_set{};
    Count names_answered{};
    Count signals_handled{};
    Count debugger_has_come{};
    Crash crash{};
};

}  // namespace harness::faults
