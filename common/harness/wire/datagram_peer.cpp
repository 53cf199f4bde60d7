#include "harness/wire/datagram_peer.hpp"

#include <poll.h>

#include <algorithm>

#include "harness/wire/loopback.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

using View = std::span<const std::byte>;
using Side = Transcript::Side;

/// More is not kept for a test that does not look at it.
constexpr std::size_t most_datagrams = 20000;
constexpr std::size_t most_bytes = std::size_t{64} << 20U;

net::Address numeric(const std::string& host, std::uint16_t port) {
    return net::resolve(host, std::to_string(port), net::Use::listen).front();
}

}  // namespace

DatagramPeer::DatagramPeer(const std::string& host, std::uint16_t port)
    : socket_(numeric(host, port)), address_(socket_->address()) {
    enter();
}

DatagramPeer::DatagramPeer(const net::Address& server)
    : server_(reachable(server)),
      socket_(DatagramSocket::beside(server_.value())),
      address_(socket_->address()),
      told_(server_) {
    enter();
}

DatagramPeer::~DatagramPeer() {
    current_run().leave(this);
    if (socket_ && !overflows() && socket_->dropped() != 0) {
        current_run().doubt("the kernel has thrown away " + grouped(socket_->dropped()) +
                            " datagrams for the test's socket");
    }
}

void DatagramPeer::enter() {
    const int number = current_run().next_peer();
    if (number > 1) {
        label_ = server_ ? "client " + std::to_string(number) + ": "
                         : "port " + std::to_string(port()) + ": ";
    }
    current_run().enter(this);
}

void DatagramPeer::send(View data) {
    if (!server_ && !taken_) throw std::logic_error("nobody has sent to this door yet");
    send_to(server_ ? *server_ : *taken_, data);
}

void DatagramPeer::send(std::string_view text) { send(net::as_bytes(text)); }

void DatagramPeer::send_to(const net::Address& to, View data) {
    constexpr std::size_t remembered = 1000;
    if (sent_.size() == remembered) sent_.erase(sent_.begin());
    sent_.emplace_back(data.begin(), data.end());
    std::string what = "send " + count_of_bytes(data.size()) + ' ' + quote(data, shown_bytes);
    if (to != told_) what += " to " + to.to_string();
    told_ = to;
    say(Side::test, what);
    socket_->send(to, data);
}

void DatagramPeer::send_to(const net::Address& to, std::string_view text) {
    send_to(to, net::as_bytes(text));
}

void DatagramPeer::flood(const net::Address& to, View data, std::size_t times) {
    Transcript& transcript = current_run().transcript();
    if (flood_ + 1 != transcript.events().size()) flooded_ = 0;  // something else has come between
    flooded_ += times;
    flood_ = transcript.add_or_replace(flood_, Side::test,
                                       label_ + "send " + grouped(flooded_) + " datagrams of " +
                                           count_of_bytes(data.size()) + " to " + to.to_string());
    for (std::size_t i = 0; i < times; ++i) socket_->send(to, data);
}

void DatagramPeer::close() {
    say(Side::test, "close the socket: its port refuses");
    socket_.reset();
}

void DatagramPeer::reopen() {
    say(Side::test, "open the socket again");
    socket_.emplace(address_);
}

std::vector<Source::Interest> DatagramPeer::interests() const {
    if (!socket_ || overflows()) return {};
    return {{.fd = socket_->fd(), .events = POLLIN}};
}

bool DatagramPeer::serve() {
    if (!socket_) return false;
    const bool refused = receive_refusals();
    return receive() || refused;
}

bool DatagramPeer::receive() {
    bool any = false;
    while (!overflows()) {
        auto datagram = socket_->try_receive();
        if (!datagram) break;
        any = true;
        std::string what = "send " + count_of_bytes(datagram->data.size()) + ' ' +
                           quote(datagram->data, shown_bytes);
        if (datagram->from != told_) what += " from " + datagram->from.to_string();
        told_ = datagram->from;
        say(Side::program, what);
        inbox_bytes_ += datagram->data.size();
        inbox_.push_back(std::move(*datagram));
    }
    return any;
}

bool DatagramPeer::receive_refusals() {
    bool any = false;
    while (auto by = socket_->try_receive_refusal()) {
        any = true;
        say(Side::program, "nobody takes it at " + by->to_string() + " (ICMP)");
        refused_.push_back(*by);
    }
    return any;
}

bool DatagramPeer::in_flight() const { return socket_ && !overflows() && socket_->has_news(); }

bool DatagramPeer::overflows() const {
    return inbox_.size() >= most_datagrams || inbox_bytes_ >= most_bytes;
}

void DatagramPeer::say(Side side, const std::string& what) const {
    current_run().transcript().add(side, label_ + what);
}

std::uint16_t free_datagram_port(const std::string& host) {
    return DatagramSocket(numeric(host, 0)).address().port();
}

}  // namespace harness
