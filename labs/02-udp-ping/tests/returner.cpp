#include "returner.hpp"

#include <poll.h>

namespace pinging {

Returner::Returner()
    : socket_(net::resolve("127.0.0.1", "0", net::Use::listen).front()),
      address_(socket_.address()) {
    harness::current_run().enter(this);
}

Returner::~Returner() { harness::current_run().leave(this); }

std::vector<harness::Source::Interest> Returner::interests() const {
    return {{.fd = socket_.fd(), .events = POLLIN}};
}

bool Returner::serve() {
    bool any = false;
    while (socket_.try_receive_refusal()) any = true;  // of somebody who has gone
    while (const auto datagram = socket_.try_receive()) {
        any = true;
        socket_.send(datagram->from, datagram->data);
    }
    return any;
}

}  // namespace pinging
