#include "harness/relays/stream_relay.hpp"

#include <poll.h>

#include <algorithm>

#include "harness/relays/relay_events.hpp"
#include "harness/run/deadline.hpp"
#include "harness/wire/loopback.hpp"
#include "net/error.hpp"

namespace harness {
namespace {

constexpr std::chrono::microseconds shortest_pause{50};
constexpr std::chrono::microseconds longest_pause{5000};

/// std::nullopt if it has been reset already: then nobody knows its address any more.
std::optional<RelayEnd> take_end(net::TcpStream stream) {
    try {
        return RelayEnd(std::move(stream));
    } catch (const std::system_error&) {
        tell_of_relay("a connection was reset before anything has crossed it");
        return std::nullopt;
    }
}

}  // namespace

StreamRelay::StreamRelay(const net::Address& server, std::vector<StreamRules> rules)
    : server_(reachable(server)),
      rules_(std::move(rules)),
      door_(net::TcpListener::bind(loopback_beside(server).host(), "0")),
      address_(door_.local_address()) {
    tell_of_relay("stands at " + address_.to_string() + ", before " + server_.to_string());
    current_run().enter(this);
}

StreamRelay::~StreamRelay() {
    current_run().leave(this);
    if (const std::string unmet = never_met(); !unmet.empty())
        current_run().doubt("the relay has not done what it should: " + unmet);
}

void StreamRelay::release() {
    tell_of_relay("lets go on what it has held");
    for (StreamLink& link : links_) link.release();
    serve();
}

std::vector<StreamRelay::Counts> StreamRelay::connections() const {
    std::vector<Counts> counts;
    for (const StreamLink& link : links_) {
        counts.push_back(
            {.to_server = link.to_server().passed(), .to_client = link.to_client().passed()});
    }
    return counts;
}

std::vector<Source::Interest> StreamRelay::interests() const {
    std::vector<Interest> list{{.fd = door_.fd(), .events = POLLIN}};
    for (const StreamLink& link : links_) {
        const auto more = link.interests();
        list.insert(list.end(), more.begin(), more.end());
    }
    return list;
}

bool StreamRelay::serve() {
    bool any = accept();
    for (StreamLink& link : links_) any = link.serve() || any;
    pause_ = any ? shortest_pause : std::min(pause_ * 2, longest_pause);
    return any;
}

bool StreamRelay::accept() {
    auto stream = door_.try_accept();
    if (!stream) return false;
    auto client = take_end(std::move(*stream));
    if (!client) return true;
    if (auto server = connect()) {
        const std::size_t number = links_.size();
        tell_of_relay("a client connects, and so does the relay to the server");
        links_.emplace_back(std::move(*client), std::move(*server),
                            number < rules_.size() ? rules_[number] : StreamRules(), number + 1);
    } else {
        client->stream.reset();
    }
    return true;
}

std::optional<RelayEnd> StreamRelay::connect() const {
    try {
        auto stream = net::TcpStream::connect_within(server_, Deadline(patience::to_answer).left());
        if (stream) return take_end(std::move(*stream));
        tell_of_relay("nobody takes the connection to " + server_.to_string() +
                      ": its queue is full");
    } catch (const std::system_error& e) {
        tell_of_relay(e.what());
    }
    return std::nullopt;
}

bool StreamRelay::in_flight() const {
    pollfd set{.fd = door_.fd(), .events = POLLIN, .revents = 0};
    const bool somebody_waits =
        net::check(net::retry_on_eintr([&] { return ::poll(&set, 1, 0); }), "poll") != 0;
    return somebody_waits || std::any_of(links_.begin(), links_.end(),
                                         [](const StreamLink& link) { return link.in_flight(); });
}

/// No poll tells when a receiver has read, or acknowledged: then we have to look.
std::optional<std::chrono::steady_clock::time_point> StreamRelay::next_moment() const {
    const bool looks = std::any_of(links_.begin(), links_.end(), [](const StreamLink& link) {
        return link.needs_looking_after();
    });
    if (!looks) return std::nullopt;
    return std::chrono::steady_clock::now() + pause_;
}

std::string StreamRelay::never_met() const {
    for (const StreamLink& link : links_) {
        if (std::string unmet = link.never_met(); !unmet.empty()) return unmet;
    }
    for (std::size_t i = links_.size(); i < rules_.size(); ++i) {
        if (rules_[i].to_server.any() || rules_[i].to_client.any())
            return "connection " + std::to_string(i + 1) + " never came";
    }
    return "";
}

}  // namespace harness
