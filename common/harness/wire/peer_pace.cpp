// How fast a peer sends and takes: piece by piece, slowly, or not at all.

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

#include "harness/wire/peer.hpp"
#include "harness/wire/tcp_state.hpp"
#include "net/error.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

using View = std::span<const std::byte>;
using Side = Transcript::Side;

}  // namespace

void Peer::send_in_pieces(View data, const std::function<std::size_t()>& next_size) {
    say(Side::test, "send " + count_of_bytes(data.size()) + " in pieces");
    bool paced = true;
    while (!data.empty()) {
        const std::size_t size = std::min(next_size(), data.size());
        outbox_ = paced ? data.first(size) : data;
        data = data.subspan(outbox_.size());
        send_out();
        // Whoever has stopped reading is found out by the checks that follow.
        paced = wait_until([&] { return has_read_everything(); }, Deadline(patience::to_answer),
                           Proof::stuck, std::chrono::microseconds(50)) == Waited::done;
    }
}

void Peer::send_in_pieces(std::string_view text, const std::function<std::size_t()>& next_size) {
    send_in_pieces(net::as_bytes(text), next_size);
}

void Peer::keep_buffer_small() {
    const int size = 1 << 16;
    net::check(::setsockopt(stream_.fd(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size), "setsockopt");
}

void Peer::send_and_read_slowly(View data) {
    say(Side::test, "send " + count_of_bytes(data.size()) + ", and read slowly");
    outbox_ = data;
    Deadline deadline(patience::to_answer);
    while (!outbox_.empty() && !over() && !deadline.passed()) {
        const std::size_t before = outbox_.size() + inbox_.size();
        appetite_ = 0;
        push();
        sip(1U << 20U);
        if (outbox_.size() + inbox_.size() != before) deadline.restart();
    }
    send_out();
}

std::size_t Peer::send_until_blocked(View data) {
    say(Side::test, "send " + count_of_bytes(data.size()) + ", and do not read");
    outbox_ = data;
    appetite_ = 0;
    push();
    const std::size_t sent = data.size() - outbox_.size();
    outbox_ = {};
    return sent;
}

std::size_t Peer::read_by_program() const {
    int not_sent = 0;
    net::check(::ioctl(stream_.fd(), SIOCOUTQNSD, &not_sent), "ioctl");
    const auto theirs = find_tcp_socket(remote_, local_);
    return sent_ - static_cast<std::size_t>(not_sent) - (theirs ? theirs->receive_queue : 0);
}

/// Sends what there is until it has all gone, or the program sleeps: the buffers on both sides are
/// full then. A program that never sleeps is given a little while.
void Peer::push() {
    constexpr std::chrono::milliseconds a_while{20};
    Deadline deadline(a_while);
    std::size_t left = outbox_.size();
    const auto sent = [&] {
        if (outbox_.size() < left) deadline.restart();
        left = outbox_.size();
        return outbox_.empty() || over();
    };
    (void)wait_until(sent, deadline, Proof::asleep, std::chrono::microseconds(200));
}

/// Takes so many bytes of what has come, and no more until it is told to.
void Peer::sip(std::size_t portion) {
    appetite_ = portion;
    serve();
    appetite_ = 0;
}

void Peer::expect_slowly(View expected) {
    constexpr std::chrono::milliseconds a_while{20};
    const auto whole = [&] { return over() || unexpected().size() >= expected.size(); };
    Deadline deadline(patience::to_answer);
    while (!whole() && !deadline.passed()) {
        const std::size_t before = inbox_.size();
        sip(1U << 18U);
        (void)wait_until(whole, Deadline(a_while), Proof::asleep, std::chrono::microseconds(200));
        if (inbox_.size() != before) deadline.restart();
    }
    expect(expected);
}

}  // namespace harness
