#include "there_and_back.hpp"

#include "harness/run/test_run.hpp"

using namespace harness;

namespace pinging {

Bytes any_datagram() { return random_bytes(random_number(1, 512)); }

void ping(DatagramPeer& client) {
    const auto data = any_datagram();
    client.send(data);
    client.expect(data);
}

void ping(const Server& server) {
    auto client = server.datagram_client();
    ping(client);
}

void explain_echo() {
    explain(Concept::datagrams,
            "recvfrom tells how many bytes have come, and from whom: sendto gives as many back, "
            "once, to that address. The size of the room for the address is set before each call");
}

}  // namespace pinging
