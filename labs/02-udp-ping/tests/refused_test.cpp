// Stage refused: what the kernel tells of datagrams that nobody has taken.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "errors.hpp"
#include "harness/programs/program.hpp"
#include "lines.hpp"
#include "probes.hpp"
#include "report.hpp"

using namespace harness;
using namespace pinging;
using namespace std::chrono_literals;

namespace {

/// So many that the test ends first.
const std::string many = "1000000";

/// Errors in a row: more than might be forgiven. Lines about them may be half as many: who asks for
/// the queue of errors as well makes two calls, and so does who sends once more.
constexpr unsigned several = 10;

/// Waits until the client has said that a probe was refused.
void await_refusal(Process& client) {
    if (!client.await_on_stderr("efused")) {
        fail({.verdict = client.ending() ? Verdict::output : Verdict::no_reply,
              .says = "nobody has the port that it sends to, but stderr does not say "
                      "`ping_client: …: Connection refused`"});
    }
    held();
}

Program failing(const std::string& program, const Fault& fault) {
    return Program(program).with({.calls = {fault}});
}

void explain_connected() {
    explain(Concept::datagrams,
            "connect on a UDP socket sends nothing: it notes whom the socket talks to, so that the "
            "kernel can tell, with the next recv or send, that a datagram was refused");
}

void explain_news() {
    explain(Concept::datagrams,
            "that a datagram was refused is news and not an answer: say it on stderr, and go on "
            "sending, and waiting for each probe until its deadline");
}

void explain_send() {
    explain(Concept::datagrams,
            "what send reports may be about an earlier datagram, and the one that it was given has "
            "not been sent: report it, and send that one once more");
}

void explain_server() {
    explain(Concept::return_values,
            "an error of recvfrom or sendto concerns one datagram, of one client: say it on "
            "stderr, and go on with the next one");
}

}  // namespace

TEST_CASE("a refusal is told, and ends no waiting", "[refused]") {
    explain_connected();
    DatagramPeer server(random_loopback_host());
    server.close();
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "2", "--interval", hour, "--timeout", hour});

    await_refusal(client);
    explain_news();
    client.expect_running();
    client.expect_no_output();
    client.expect_idle();
}

TEST_CASE("a refused probe has no reply when its deadline has passed", "[refused]") {
    explain_connected();
    DatagramPeer server(random_loopback_host());
    server.close();
    auto client = Program("ping_client").connect_to(server, {"--count", "1", "--timeout", "300"});

    await_refusal(client);
    explain_news();
    expect_no_reply_line(client, 0, 300ms);
    (void)read_lines(client, server.address());
    expect_counts(client, {.sent = 1, .received = 0});
    expect_end(client, 1);
    expect_errors(client, "connection refused", 1, 1);
}

TEST_CASE("a server that comes later is heard", "[refused]") {
    explain_news();
    DatagramPeer server(random_loopback_host());
    server.close();
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", many, "--interval", "50", "--timeout", hour});

    await_refusal(client);
    server.reopen();
    const Probe probe = next_probe(server);
    answer(server, probe);
    expect_reply_line(client, server.address(), probe);
    client.signal(SIGINT);
    client.expect_exit(0);
    expect_errors(client, "connection refused", 1, probe.seq());
}

TEST_CASE("one probe is refused while another one is awaited", "[refused]") {
    explain_news();
    DatagramPeer server(random_loopback_host());
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", many, "--interval", "50", "--timeout", hour});

    const Probe probe = expect_probe(server, 0);
    server.close();
    await_refusal(client);
    server.reopen();
    answer(server, probe);
    expect_reply_line(client, server.address(), probe);
}

TEST_CASE("a datagram that send has not taken is sent once more", "[refused]") {
    explain_send();
    const int error = GENERATE(ECONNREFUSED, EHOSTUNREACH);
    DatagramPeer server;
    auto client =
        failing("ping_client",
                {.call = Calls::send, .on = On::datagram, .error = error, .from = 2, .times = 1})
            .connect_to(server, {"--count", "2", "--interval", "0", "--timeout", hour});

    const Probe first = expect_probe(server, 0);
    const Probe second = expect_probe(server, 1);
    server.expect_nothing_more();
    answer(server, first);
    expect_reply_line(client, server.address(), first);
    answer(server, second);
    expect_reply_line(client, server.address(), second);
    client.expect_exit(0);
    expect_errors(client, reason_of(error), 1, 1);
}

TEST_CASE("a network that takes nothing is no reason to stop", "[refused]") {
    explain(Concept::datagrams,
            "if send fails for the second time as well, the datagram is lost, as any may be: it "
            "counts as sent, its deadline passes, and the next one is due");
    DatagramPeer server;
    auto client =
        failing("ping_client", {.call = Calls::send, .on = On::datagram, .error = ENETUNREACH})
            .connect_to(server, {"--count", "2", "--interval", "0", "--timeout", "100"});

    (void)read_lines(client, server.address(), 100ms);
    expect_counts(client, {.sent = 2, .received = 0});
    expect_end(client, 1);
    expect_errors(client, "network is unreachable", 2, 4);
}

TEST_CASE("behind errors of recv a reply may follow", "[refused]") {
    explain_news();
    const int error = GENERATE(ECONNREFUSED, ENOMEM);
    DatagramPeer server;
    auto client =
        failing("ping_client",
                {.call = Calls::recv, .on = On::datagram, .error = error, .times = several})
            .connect_to(server, {"--count", "1", "--timeout", hour});

    const Probe probe = expect_probe(server, 0);
    answer(server, probe);
    expect_reply_line(client, server.address(), probe);
    client.expect_exit(0);
    expect_errors(client, reason_of(error), several / 2, several);
}

TEST_CASE("the server goes on after errors of recvfrom", "[refused]") {
    explain_server();
    const int error = GENERATE(ECONNREFUSED, ENOMEM);
    auto server =
        failing(
            "ping_server",
            {.call = Calls::recv, .on = On::datagram, .error = error, .from = 2, .times = several})
            .listen();
    auto client = server.datagram_client();

    for (const std::string_view text : {"one", "two"}) {
        client.send(text);
        client.expect(text);
    }
    expect_errors(server.process(), reason_of(error), several / 2, several);
}

TEST_CASE("the server goes on after errors of sendto", "[refused]") {
    explain_server();
    const int error = GENERATE(ENETUNREACH, EPERM);
    auto server =
        failing("ping_server",
                {.call = Calls::send, .on = On::datagram, .error = error, .times = several})
            .listen();
    auto client = server.datagram_client();

    // Each may be sent once more: half of the errors are for as many datagrams, which are lost.
    for (unsigned sent = 0; sent < several; ++sent) {
        client.send("lost " + std::to_string(sent));
        if (sent < several / 2) client.expect_nothing_more();
    }
    // A server with threads may be about to fail with one that came before.
    server.process().await_rest();
    client.send("the last");
    while (client.next().data != bytes("the last")) {
    }
    expect_errors(server.process(), reason_of(error), several / 2, several);
}
