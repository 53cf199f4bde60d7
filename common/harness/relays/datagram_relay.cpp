#include "harness/relays/datagram_relay.hpp"

#include <poll.h>

#include <algorithm>

#include "harness/relays/relay_events.hpp"
#include "harness/wire/loopback.hpp"

namespace harness {
namespace {

/// Where there is only one, it needs no number.
std::string of_client(std::size_t number) {
    return number == 1 ? "" : " (client " + std::to_string(number) + ")";
}

}  // namespace

DatagramRelay::DatagramRelay(const net::Address& server, DatagramRules rules)
    : server_(reachable(server)),
      rules_(std::move(rules)),
      door_(DatagramSocket::beside(server_)),
      address_(door_.address()) {
    tell_of_relay("stands at " + address_.to_string() + ", before " + server_.to_string());
    current_run().enter(this);
}

DatagramRelay::~DatagramRelay() {
    current_run().leave(this);
    if (const std::string unmet = never_met(); !unmet.empty()) {
        current_run().doubt("the relay has not done what it should: " + unmet);
    } else if (const std::size_t lost = lost_by_kernel(); lost != 0) {
        current_run().doubt("the kernel has thrown away " + grouped(lost) +
                            " datagrams for the relay's sockets");
    }
}

std::vector<Source::Interest> DatagramRelay::interests() const {
    std::vector<Interest> list{{.fd = door_.fd(), .events = POLLIN}};
    for (const Client& client : clients_)
        list.push_back({.fd = client.socket.fd(), .events = POLLIN});
    return list;
}

bool DatagramRelay::serve() {
    bool any = take_from_clients();
    for (Client& client : clients_) {
        any = take_from_server(client) || any;
        any = client.to_server.pass_due() || any;
        any = client.to_client.pass_due() || any;
    }
    return any;
}

/// What is held until later ones come is not on its way: those may never come.
bool DatagramRelay::in_flight() const {
    return door_.has_news() || next_moment().has_value() ||
           std::any_of(clients_.begin(), clients_.end(),
                       [](const Client& client) { return client.socket.has_news(); });
}

std::optional<std::chrono::steady_clock::time_point> DatagramRelay::next_moment() const {
    std::optional<std::chrono::steady_clock::time_point> first;
    for (const Client& client : clients_) {
        for (const DatagramLane* lane : {&client.to_server, &client.to_client}) {
            const auto due = lane->next_due();
            if (due && (!first || *due < *first)) first = due;
        }
    }
    return first;
}

bool DatagramRelay::take_from_clients() {
    bool any = false;
    // A client that has gone refuses what comes late: that is no news for anybody.
    while (door_.try_receive_refusal()) any = true;
    while (auto datagram = door_.try_receive()) {
        any = true;
        client_at(datagram->from).to_server.take(std::move(datagram->data));
    }
    return any;
}

bool DatagramRelay::take_from_server(Client& client) {
    bool any = false;
    while (const auto by = client.socket.try_receive_refusal()) {
        any = true;
        tell_of_relay("nobody takes it at " + by->to_string() + " (ICMP)");
    }
    while (auto datagram = client.socket.try_receive()) {
        any = true;
        if (datagram->from == server_) {
            client.to_client.take(std::move(datagram->data));
        } else {
            tell_of_relay("does not pass what comes from " + datagram->from.to_string() +
                          ", which is not the server");
        }
    }
    return any;
}

DatagramRelay::Client& DatagramRelay::client_at(const net::Address& address) {
    const auto known = std::find_if(clients_.begin(), clients_.end(), [&](const Client& client) {
        return client.address == address;
    });
    if (known != clients_.end()) return *known;
    return clients_.emplace_back(*this, address, clients_.size() + 1);
}

DatagramRelay::Client::Client(DatagramRelay& relay, const net::Address& from, std::size_t number)
    : address(from),
      socket(DatagramSocket::beside(relay.server_)),
      to_server({.rule = relay.rules_.to_server,
                 .counts = relay.to_server_,
                 .client = number,
                 .towards = "to the server" + of_client(number),
                 .send = [this, &relay](const Bytes& data) { socket.send(relay.server_, data); }}),
      to_client({.rule = relay.rules_.to_client,
                 .counts = relay.to_client_,
                 .client = number,
                 .towards = "to the client" + of_client(number),
                 .send = [this, &relay](const Bytes& data) { relay.door_.send(address, data); }}) {}

std::string DatagramRelay::never_met() const {
    if (const std::string unmet = rules_.to_server.never_met(); !unmet.empty())
        return unmet + " to the server";
    if (const std::string unmet = rules_.to_client.never_met(); !unmet.empty())
        return unmet + " to the client";
    for (const Client& client : clients_) {
        for (const DatagramLane* lane : {&client.to_server, &client.to_client}) {
            if (const auto number = lane->holds())
                return "datagram " + std::to_string(*number) + " was held to the end";
        }
    }
    return "";
}

std::size_t DatagramRelay::lost_by_kernel() const {
    std::size_t lost = door_.dropped();
    for (const Client& client : clients_) lost += client.socket.dropped();
    return lost;
}

}  // namespace harness
