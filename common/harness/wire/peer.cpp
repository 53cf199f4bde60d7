#include "harness/wire/peer.hpp"

#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <array>

#include "harness/programs/process.hpp"
#include "harness/wire/tcp_state.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

using View = std::span<const std::byte>;
using Side = Transcript::Side;

[[noreturn]] void fail_to_send(Waited how) {
    fail({.verdict = Verdict::no_reply,
          .says = std::string("it has stopped reading what the test sends") +
                  (how == Waited::deadline ? " (no progress for a long time)" : "")});
}

}  // namespace

Peer::Peer(net::TcpStream stream, Opened opened)
    : stream_(std::move(stream)),
      opened_(opened),
      local_(stream_.local_address()),
      remote_(stream_.peer_address()) {
    stream_.set_no_delay();
    const int number = current_run().next_peer();
    if (number > 1) label_ = "client " + std::to_string(number) + ": ";
    if (opened == Opened::by_test) {
        say(Side::test, "connect to " + remote_.to_string());
    } else {
        say(Side::program, "connect to " + local_.to_string());
    }
    current_run().enter(this);
}

Peer::~Peer() {
    current_run().leave(this);
    current_run().keep_open(std::move(stream_));
}

void Peer::send(View data) {
    say(Side::test, "send " + count_of_bytes(data.size()) + ' ' + quote(data, shown_bytes));
    outbox_ = data;
    send_out();
}

void Peer::send(std::string_view text) { send(net::as_bytes(text)); }

void Peer::half_close() {
    say(Side::test, "no more to send (FIN)");
    try {
        stream_.shutdown_send();
    } catch (const std::system_error&) {
        reset_ = true;
    }
}

void Peer::close() {
    say(Side::test, "close the connection");
    const net::TcpStream closed = std::move(stream_);
    ended_ = reset_ = true;
}

void Peer::reset() {
    say(Side::test, "reset the connection (RST)");
    stream_.reset();
    ended_ = reset_ = true;
}

void Peer::close_and_await_delivery() {
    close();
    const auto delivered = [&] {
        const auto ours = find_tcp_socket(local_, remote_);
        return !ours || ours->state == TCP_FIN_WAIT2;
    };
    (void)wait_until(delivered, Deadline(patience::to_answer), Proof::stuck,
                     std::chrono::microseconds(50));
}

std::vector<Source::Interest> Peer::interests() const {
    const bool reads = !ended_ && appetite_ > 0;
    const auto events = static_cast<short>((reads ? POLLIN : 0) | (outbox_.empty() ? 0 : POLLOUT));
    if (reset_ || events == 0) return {};
    return {{.fd = stream_.fd(), .events = events}};
}

bool Peer::serve() {
    if (reset_) return false;
    try {
        const bool received = receive();
        return transmit() || received;
    } catch (const std::system_error&) {
        note_reset();
        return true;
    }
}

void Peer::note_reset() {
    try {
        receive();  // what came before can still be read, if it was sending that failed
    } catch (const std::system_error&) {
        // Then it was reading, and everything has been read.
    }
    reset_ = true;
    outbox_ = {};
    say(Side::program, "resets the connection (RST)");
}

bool Peer::receive() {
    std::array<std::byte, 65536> buffer;
    bool any = false;
    while (!ended_ && appetite_ > 0) {
        const auto n =
            stream_.try_recv_some(std::span(buffer).first(std::min(buffer.size(), appetite_)));
        if (!n) break;
        if (appetite_ != everything) appetite_ -= *n;
        any = true;
        if (*n == 0) {
            ended_ = true;
            say(Side::program, "no more to send (FIN)");
            break;
        }
        // What comes without a step of the test in between is told as one event.
        auto& transcript = current_run().transcript();
        if (event_ == Transcript::none || event_ + 1 != transcript.events().size())
            told_ = inbox_.size();
        inbox_.insert(inbox_.end(), buffer.begin(),
                      buffer.begin() + static_cast<std::ptrdiff_t>(*n));
        const View told = std::span(inbox_).subspan(told_);
        event_ = transcript.add_or_replace(
            event_, Side::program,
            label_ + "send " + count_of_bytes(told.size()) + ' ' + quote(told, shown_bytes));
    }
    if (any) acknowledge_at_once(stream_.fd());
    return any;
}

bool Peer::transmit() {
    bool any = false;
    while (!outbox_.empty()) {
        const auto n = stream_.try_send_some(outbox_);
        if (!n) break;
        any = true;
        outbox_ = outbox_.subspan(*n);
        sent_ += *n;
    }
    return any;
}

void Peer::send_out() {
    Deadline deadline(patience::to_answer);
    std::size_t left = outbox_.size();
    serve();
    const auto sent = [&] {
        if (outbox_.size() < left) deadline.restart();
        left = outbox_.size();
        return outbox_.empty();
    };
    const Waited how = wait_until(sent, deadline);
    // A reset is told by the check that follows: it knows what was still to come.
    if (how != Waited::done) fail_to_send(how);
}

bool Peer::in_flight() const {
    if (over()) return false;
    if (has_unacknowledged(stream_.fd())) return true;
    const auto theirs = find_tcp_socket(remote_, local_);
    if (!theirs) return true;  // it has gone, so its FIN or RST is on the way
    // What waits until we read is not on its way, as long as we do not.
    const bool held_up = theirs->waits_for_window && appetite_ == 0;
    return (theirs->send_queue != 0 && !held_up) ||
           !(theirs->state == TCP_ESTABLISHED || theirs->state == TCP_CLOSE_WAIT);
}

std::string Peer::name_of_socket(const std::string& socket) const {
    if (over()) return {};
    const auto theirs = find_tcp_socket(remote_, local_);
    if (!theirs || socket != "socket:[" + std::to_string(theirs->inode) + ']') return {};
    if (opened_ == Opened::by_program) return "the server";
    return label_.empty() ? "the client" : label_.substr(0, label_.find(':'));
}

bool Peer::has_read_everything() const {
    if (over()) return true;
    if (has_unacknowledged(stream_.fd())) return false;
    const auto theirs = find_tcp_socket(remote_, local_);
    return !theirs || theirs->receive_queue == 0;
}

/// An end (FIN) while bytes of ours are still on the way becomes a reset when they arrive at a
/// socket that is no more. Waiting for that makes one verdict of what would otherwise be a race.
void Peer::settle_end() {
    if (!ended_ || reset_) return;
    (void)wait_until([&] { return !has_unacknowledged(stream_.fd()); },
                     Deadline(patience::to_answer), Proof::stuck, std::chrono::microseconds(50));
    if (!has_been_reset(stream_.fd())) return;
    note_reset();
}

void Peer::say(Side side, const std::string& what) const {
    current_run().transcript().add(side, label_ + what);
}

}  // namespace harness
