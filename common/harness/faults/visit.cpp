// Decides what befalls a call.

#include "harness/faults/visit.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "harness/faults/descriptor.hpp"

namespace harness::faults {

constinit Plan* plan = nullptr;

namespace {

std::span<Order> orders() { return {plan->orders.data(), plan->number_of_orders}; }

Tally& tally_of(Calls call) { return plan->tallies[static_cast<std::size_t>(call)]; }

/// A number that differs from call to call, the same for the same seed (SplitMix64).
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

std::size_t draw_part(std::size_t size) {
    const std::uint32_t number = plan->parts_drawn.fetch_add(1);
    return 1 + mixed((std::uint64_t{plan->seed} << 32U) | number) % (size - 1);
}

bool ends_with(const char* text, const char* end) {
    if (text == nullptr) return false;
    const std::size_t size = std::strlen(text);
    const std::size_t length = std::strlen(end);
    return size >= length && std::strcmp(text + size - length, end) == 0;
}

bool is_file_of(const Order& order, const Visit& visit) {
    const char* end = order.path.data();
    if (*end == '\0' || ends_with(visit.path, end) || ends_with(visit.other_path, end)) return true;
    char name[PATH_MAX];
    return visit.fd >= 0 && file_name(visit.fd, name) && ends_with(name, end);
}

bool is_time(When when, const Visit& visit) {
    if (when == When::always) return true;
    const bool waits = !visit.never_blocks && (visit.fd < 0 || blocks(visit.fd));
    if (when == When::it_blocks) return waits;
    return !waits || has_time_limit(visit.fd, visit.call);
}

/// Whether what was ordered can happen to this call at all.
bool can_befall(const Order& order, const Visit& visit, On kind) {
    if (order.error == 0) {
        return visit.may_be_short && visit.size > 1 &&
               (kind == On::stream || kind == On::pipe || kind == On::file);
    }
    const Possible* possible = find_possible(order.call, order.error);
    return possible != nullptr && (possible->on == On::anything || possible->on == kind) &&
           is_time(possible->when, visit);
}

bool is_about(const Order& order, const Visit& visit) {
    if (order.call != visit.call || (order.fd != any_fd && order.fd != visit.fd)) return false;
    const On kind = visit.fd < 0 ? On::anything : kind_of(visit.fd);
    return (order.on == On::anything || order.on == kind) && can_befall(order, visit, kind) &&
           is_file_of(order, visit);
}

/// Counts a call that an order is about. True: it is one of those that the order is to befall.
bool is_due(Order& order) {
    const std::uint32_t number = order.matched.fetch_add(1) + 1;
    return number >= order.from && number - order.from < order.times;
}

void note_struck(Order& order, const Visit& visit, std::size_t taken) {
    if (order.struck.fetch_add(1) != 0) return;
    std::strncpy(order.function.data(), visit.function, order.function.size() - 1);
    order.offered = visit.size;
    order.taken = taken;
    order.told = 1;
}

void fail_by(Order& order, const Visit& visit, Fate& fate) {
    fate.error = order.error;
    note_struck(order, visit, 0);
    // Such a connection is over: it can go on neither for the program nor for its peer.
    if (order.error == ECONNRESET || (order.error == ETIMEDOUT && moves_bytes(visit.call)))
        end_connection(visit.fd);
    if (order.error == EAGAIN) raise_edge_again(visit.fd);
}

void shorten_by(const Order& order, const Visit& visit, Fate& fate) {
    fate.size = order.takes == Takes::one_byte ? 1 : draw_part(visit.size);
    if (visit.call != Calls::send) return;
    // Many small segments would otherwise wait for acknowledgements (Nagle's algorithm).
    const int on = 1;
    ::setsockopt(visit.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// Asks the orders, all of them, since each counts its own calls; the first one that is due
/// decides. An order is asked either before the call or, for clients that have gone, after it.
Fate decide(const Visit& visit, bool client_has_gone) {
    const KeepErrno keep;
    Fate fate{.size = visit.size};
    for (Order& order : orders()) {
        if ((order.error == ECONNABORTED) != client_has_gone) continue;
        if (!is_about(order, visit) || !is_due(order) || fate.order != nullptr) continue;
        fate.order = &order;
        if (order.error != 0) fail_by(order, visit, fate);
        if (order.error == 0) shorten_by(order, visit, fate);
    }
    return fate;
}

}  // namespace

Fate fate_of(const Visit& visit) {
    if (plan == nullptr) return {.size = visit.size};
    tally_of(visit.call).calls.fetch_add(1, std::memory_order_relaxed);
    return decide(visit, false);
}

bool is_aborted(const Visit& visit) { return plan != nullptr && decide(visit, true).error != 0; }

void note_moved(const Visit& visit, const Fate& fate, ssize_t n) {
    if (plan == nullptr || n <= 0) return;
    const auto moved = static_cast<std::size_t>(n);
    tally_of(visit.call).bytes.fetch_add(moved, std::memory_order_relaxed);
    if (fate.order == nullptr || moved != fate.size) return;
    const KeepErrno keep;
    note_struck(*fate.order, visit, moved);
    raise_edge_again(visit.fd);
}

}  // namespace harness::faults
