#include "harness/wire/listener.hpp"

#include <poll.h>

#include "harness/run/wait.hpp"

namespace harness {

Listener::Listener(const std::string& host, std::uint16_t port)
    : listener_(net::TcpListener::bind(host, std::to_string(port))) {
    current_run().enter(this);
}

Listener::~Listener() { current_run().leave(this); }

Peer Listener::accept() {
    (void)wait_until([&] { return waiting_.has_value(); }, Deadline(patience::to_start));
    if (!waiting_) {
        fail({.verdict = Verdict::no_reply,
              .says = "nobody connects to " + listener_.local_address().to_string(),
              .means = "a client connects to the host and the port that it is given, as soon as it "
                       "has started",
              .idea = Concept::socket_life});
    }
    held();
    net::TcpStream stream = std::move(*waiting_);
    waiting_.reset();
    return Peer(std::move(stream), Peer::Opened::by_program);
}

void Listener::expect_nobody() {
    serve();
    if (waiting_) {
        fail({.verdict = Verdict::output,
              .says = "somebody has connected to " + listener_.local_address().to_string() +
                      ", where nobody should"});
    }
    held();
}

std::vector<Source::Interest> Listener::interests() const {
    if (waiting_) return {};
    return {{.fd = listener_.fd(), .events = POLLIN}};
}

bool Listener::serve() {
    if (!waiting_) waiting_ = listener_.try_accept();
    return waiting_.has_value();
}

}  // namespace harness
