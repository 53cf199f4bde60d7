#include "harness/relays/stream_flow.hpp"

#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <random>

#include "harness/relays/relay_events.hpp"
#include "harness/run/test_run.hpp"
#include "harness/wire/tcp_state.hpp"
#include "net/error.hpp"

namespace harness {
namespace {

using View = std::span<const std::byte>;

constexpr std::size_t most_buffered = 1 << 16;

bool is_readable(int fd) {
    pollfd set{.fd = fd, .events = POLLIN, .revents = 0};
    return net::check(net::retry_on_eintr([&] { return ::poll(&set, 1, 0); }), "poll") != 0;
}

/// Our system still has something for the other side: it is on the way, or there is no room for it.
bool has_unsent(const RelayEnd& end) {
    const auto ours = find_tcp_socket(end.local, end.remote);
    return ours && ours->send_queue != 0;
}

}  // namespace

std::function<std::size_t()> random_sizes(std::size_t low, std::size_t high) {
    return [random = std::mt19937_64(current_run().random()()),
            size = std::uniform_int_distribution<std::size_t>(low, high)]() mutable {
        return size(random);
    };
}

RelayEnd::RelayEnd(net::TcpStream connected)
    : stream(std::move(connected)), local(stream.local_address()), remote(stream.peer_address()) {
    stream.set_no_delay();
}

StreamFlow::StreamFlow(RelayEnd& from, RelayEnd& to, StreamRule rule, std::string towards)
    : from_(from), to_(to), rule_(std::move(rule)), towards_(std::move(towards)) {}

bool StreamFlow::serve() {
    bool any = receive();
    any = transmit() || any;
    return pass_end() || any;
}

bool StreamFlow::reads() const {
    return !from_.gone && !ended_ && (discards_ || buffer_.size() < most_buffered);
}

bool StreamFlow::receive() {
    std::array<std::byte, most_buffered> room;
    bool any = false;
    try {
        while (reads()) {
            const std::size_t most = discards_ ? room.size() : most_buffered - buffer_.size();
            const auto n = from_.stream.try_recv_some(std::span(room).first(most));
            if (!n) break;
            any = true;
            if (*n == 0) ended_ = true;
            if (discards_) break;  // somebody who sends without end shall not keep us here
            keep(View(room).first(*n));
        }
        if (any) acknowledge_at_once(from_.stream.fd());
    } catch (const std::system_error&) {
        from_.gone = true;
        return true;
    }
    return any;
}

void StreamFlow::keep(View data) {
    buffer_.insert(buffer_.end(), data.begin(), data.end());
    const std::size_t first = received_;
    received_ += data.size();
    if (!rule_.flip_at || *rule_.flip_at < first || *rule_.flip_at >= received_) return;
    buffer_[buffer_.size() - (received_ - *rule_.flip_at)] ^= std::byte{1};
    tell_of_relay("a bit of byte " + grouped(*rule_.flip_at + 1) + ' ' + towards_ + " inverted");
}

bool StreamFlow::is_held() const {
    return rule_.hold_after && !released_ && passed_ >= *rule_.hold_after;
}

/// How much may be sent now.
std::size_t StreamFlow::due() const {
    if (to_.gone || discards_ || is_held()) return 0;
    std::size_t n = buffer_.size();
    if (rule_.cut_after) n = std::min(n, *rule_.cut_after - passed_);
    if (rule_.hold_after && !released_) n = std::min(n, *rule_.hold_after - passed_);
    // Whoever has reset the connection waits for nobody.
    if (rule_.pieces && !from_.gone) n = std::min(n, piece_);
    return n;
}

bool StreamFlow::is_paced() const {
    return rule_.pieces && piece_ == 0 && !buffer_.empty() && !to_.gone && !is_held() && !discards_;
}

void StreamFlow::begin_piece() {
    if (!is_paced() || !receiver_is_idle()) return;
    piece_ = std::min(std::max<std::size_t>(rule_.pieces(), 1), buffer_.size());
    ++pieces_;
}

bool StreamFlow::transmit() {
    bool any = false;
    try {
        for (begin_piece(); due() > 0; begin_piece()) {
            const auto n = to_.stream.try_send_some(View(buffer_).first(due()));
            if (!n) break;
            any = true;
            buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(*n));
            passed_ += *n;
            piece_ -= std::min(piece_, *n);
            tell_passing(*n);
        }
    } catch (const std::system_error&) {
        to_.gone = true;
        return true;
    }
    if (is_held() && !has_held_ && (!buffer_.empty() || ended_)) {
        has_held_ = true;
        tell_of_relay("holds back what comes after " + count_of_bytes(passed_) + ' ' + towards_);
    }
    return any;
}

bool StreamFlow::pass_end() {
    if (!ended_ || end_passed_ || !buffer_.empty() || is_held() || to_.gone) return false;
    send_end();
    return true;
}

void StreamFlow::end_here() {
    buffer_.clear();
    discards_ = true;
    if (!end_passed_ && !to_.gone) send_end();
}

void StreamFlow::send_end() {
    end_passed_ = true;
    try {
        to_.stream.shutdown_send();
    } catch (const std::system_error&) {
        to_.gone = true;
    }
}

/// Something is on its way to us, or an end is.
bool StreamFlow::is_arriving() const {
    if (!reads()) return false;
    if (is_readable(from_.stream.fd())) return true;
    const auto theirs = find_tcp_socket(from_.remote, from_.local);
    return !theirs || theirs->send_queue != 0 ||
           !(theirs->state == TCP_ESTABLISHED || theirs->state == TCP_CLOSE_WAIT);
}

/// The receiver has read all that it was sent.
bool StreamFlow::receiver_is_idle() const {
    if (has_unacknowledged(to_.stream.fd())) return false;
    const auto theirs = find_tcp_socket(to_.remote, to_.local);
    return !theirs || theirs->receive_queue == 0;
}

bool StreamFlow::is_delivered() const { return to_.gone || !has_unsent(to_); }

bool StreamFlow::is_delivered_as_far_as_possible() const {
    return to_.gone || !has_unacknowledged(to_.stream.fd());
}

bool StreamFlow::in_flight() const {
    if (is_arriving()) return true;
    if (to_.gone) return false;
    if (has_unacknowledged(to_.stream.fd())) return true;
    const bool waits_here = !buffer_.empty() && !is_held();
    // Who has read everything takes more. For who has not, it waits, and is not on its way.
    return (waits_here || has_unsent(to_)) && receiver_is_idle();
}

std::string StreamFlow::never_met() const {
    if (rule_.flip_at && passed_ <= *rule_.flip_at)
        return "byte " + grouped(*rule_.flip_at + 1) + " never went " + towards_;
    if (rule_.cut_after && passed_ < *rule_.cut_after)
        return "only " + count_of_bytes(passed_) + " went " + towards_ + " before the cut";
    if (rule_.hold_after && !has_held_) return "nothing was held on its way " + towards_;
    if (rule_.pieces && pieces_ < 2) return "nothing went in pieces " + towards_;
    return "";
}

void StreamFlow::tell_passing(std::size_t count) {
    passing_.tell(count_of_bytes(passing_.add(count)) + ' ' + towards_ + ": passed");
}

}  // namespace harness
