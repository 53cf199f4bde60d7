#include "harness/relays/stream_link.hpp"

#include <poll.h>

#include "harness/relays/relay_events.hpp"
#include "harness/wire/tcp_state.hpp"

namespace harness {
namespace {

void reset(RelayEnd& end) {
    if (!end.gone) end.stream.reset();
    end.gone = true;
}

/// A reset that comes while nothing is read or sent is told by the socket alone.
bool has_gone(RelayEnd& end) {
    if (end.gone || !has_been_reset(end.stream.fd())) return false;
    end.gone = true;
    return true;
}

std::string of_connection(std::size_t number) {
    return number == 1 ? "" : " (connection " + std::to_string(number) + ")";
}

using Interests = std::vector<Source::Interest>;

void add_interest(Interests& list, const RelayEnd& end, const StreamFlow& out_of_it,
                  const StreamFlow& into_it) {
    const auto events = static_cast<short>((out_of_it.reads() ? POLLIN : 0) |
                                           (into_it.wants_to_send() ? POLLOUT : 0));
    // Without an event too, for a reset. But poll always has one for a connection that has ended
    // both ways, though we may not have read the other side's end yet.
    if (end.gone || (events == 0 && into_it.has_passed_end())) return;
    list.push_back({.fd = end.stream.fd(), .events = events});
}

}  // namespace

StreamLink::StreamLink(RelayEnd client, RelayEnd server, const StreamRules& rules,
                       std::size_t number)
    : client_(std::move(client)),
      server_(std::move(server)),
      to_server_(client_, server_, rules.to_server, "to the server" + of_connection(number)),
      to_client_(server_, client_, rules.to_client, "to the client" + of_connection(number)),
      name_(of_connection(number)) {}

StreamLink::~StreamLink() {
    for (RelayEnd* end : {&client_, &server_}) {
        if (!end->gone) current_run().keep_open(std::move(end->stream));
    }
}

bool StreamLink::serve() {
    if (state_ == State::closed) return false;
    bool any = to_server_.serve();
    any = to_client_.serve() || any;
    any = note_resets() || any;
    any = cut() || any;
    any = reset_what_is_left() || any;
    return close_if_ended() || any;
}

bool StreamLink::note_resets() {
    // What has come before a reset is read first: the socket gives it up only then.
    bool any = !to_server_.reads() && has_gone(client_);
    any = (!to_client_.reads() && has_gone(server_)) || any;
    if (state_ != State::open || !(client_.gone || server_.gone)) return any;
    state_ = State::resetting;
    tell_of_relay("the " + std::string(client_.gone ? "client" : "server") +
                  " has reset the connection" + name_);
    return true;
}

bool StreamLink::cut() {
    const bool by_server_rule = to_server_.is_to_be_cut();
    const StreamFlow& flow = by_server_rule ? to_server_ : to_client_;
    if (state_ != State::open || !flow.is_to_be_cut() || !flow.is_delivered()) return false;
    const bool by_rst = flow.cut() == StreamRule::Cut::by_rst;
    tell_of_relay("cut after " + count_of_bytes(flow.passed()) +
                  (by_server_rule ? " to the server" : " to the client") +
                  (by_rst ? " (RST)" : " (FIN)") + name_);
    if (by_rst) {
        reset(client_);
        reset(server_);
        state_ = State::closed;
    } else {
        to_server_.end_here();
        to_client_.end_here();
    }
    return true;
}

/// What is held goes first.
bool StreamLink::is_about_to_reset() const {
    if (state_ != State::resetting) return false;
    const StreamFlow& flow = client_.gone ? to_server_ : to_client_;
    return (client_.gone && server_.gone) ||
           (!flow.is_held() && flow.is_delivered_as_far_as_possible());
}

/// Passes a reset on when what came before it has been delivered.
bool StreamLink::reset_what_is_left() {
    if (!is_about_to_reset()) return false;
    reset(client_);
    reset(server_);
    state_ = State::closed;
    return true;
}

bool StreamLink::close_if_ended() {
    const bool ended = to_server_.has_ended() && to_client_.has_ended() &&
                       to_server_.has_passed_end() && to_client_.has_passed_end();
    if (state_ != State::open || !ended) return false;
    state_ = State::closed;
    return true;
}

Interests StreamLink::interests() const {
    Interests list;
    if (state_ == State::closed) return list;
    add_interest(list, client_, to_server_, to_client_);
    add_interest(list, server_, to_client_, to_server_);
    return list;
}

bool StreamLink::needs_looking_after() const {
    return state_ == State::resetting ||
           (state_ == State::open && (to_server_.is_paced() || to_client_.is_paced() ||
                                      to_server_.is_to_be_cut() || to_client_.is_to_be_cut()));
}

bool StreamLink::in_flight() const {
    if (state_ == State::closed) {
        return (!client_.gone && has_unacknowledged(client_.stream.fd())) ||
               (!server_.gone && has_unacknowledged(server_.stream.fd()));
    }
    const auto is_about_to_be_cut = [](const StreamFlow& flow) {
        return flow.is_to_be_cut() && flow.is_delivered();
    };
    return is_about_to_be_cut(to_server_) || is_about_to_be_cut(to_client_) ||
           to_server_.in_flight() || to_client_.in_flight() || is_about_to_reset();
}

void StreamLink::release() {
    to_server_.release();
    to_client_.release();
}

std::string StreamLink::never_met() const {
    std::string unmet = to_server_.never_met();
    return unmet.empty() ? to_client_.never_met() : unmet;
}

}  // namespace harness
