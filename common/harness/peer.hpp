#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "harness/bytes.hpp"
#include "harness/deadline.hpp"
#include "harness/test_run.hpp"
#include "harness/wait.hpp"
#include "net/address.hpp"
#include "net/tcp.hpp"

namespace harness {

/// The test's side of a TCP connection with a student's program. It always takes what comes, also
/// while it sends, so that a program is never kept waiting by a test. Its checks end the test when
/// they fail. One that goes out of scope stays connected until a program has been ended: how a
/// program takes the leaving of a client is tested by close(), never by chance.
class Peer : private Source {
public:
    explicit Peer(net::TcpStream stream);
    ~Peer() override;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// Sends all of it at once, and returns when the kernel has it.
    void send(std::span<const std::byte> data);
    void send(std::string_view text);

    /// Sends pieces of the sizes that `next_size` gives, each when the program has read the one
    /// before: so it meets every border, however fast it is.
    void send_in_pieces(std::span<const std::byte> data,
                        const std::function<std::size_t()>& next_size);

    /// Says that no more will come (FIN), and goes on reading; shutdown(2).
    void half_close();

    /// Closes both directions, as a client does that leaves; close(2).
    void close();

    /// Fails unless exactly these bytes come next.
    void expect(std::span<const std::byte> expected);
    void expect(std::string_view text);

    /// Fails unless the stream ends here: no byte more, and FIN, not RST.
    void expect_end();

    /// Fails if the program ends the connection although the conversation goes on: it is waiting
    /// for more when it sleeps with nothing on the way.
    void expect_open();

    /// Fails if a byte comes that has not been expected. Silence is proven: by the end of the
    /// stream, or by a program that sleeps with nothing on the way.
    void expect_nothing_more();

private:
    [[nodiscard]] std::vector<Interest> interests() const override;
    bool serve() override;
    [[nodiscard]] bool in_flight() const override;

    bool receive();
    bool transmit();
    void send_out();
    [[nodiscard]] bool has_read_everything() const;
    void settle_end();
    void note_reset();
    [[nodiscard]] bool over() const { return ended_ || reset_; }
    [[nodiscard]] std::span<const std::byte> unexpected() const {
        return std::span(inbox_).subspan(expected_);
    }
    void say(Transcript::Side side, const std::string& what) const;
    [[noreturn]] void fail_to_receive(std::span<const std::byte> expected, Waited how);

    net::TcpStream stream_;
    net::Address local_;
    net::Address remote_;
    std::string label_;
    Bytes inbox_;
    std::size_t expected_ = 0;  ///< bytes of inbox_ that checks have taken
    std::size_t told_ = 0;      ///< where in inbox_ the transcript's last event begins
    std::size_t event_ = Transcript::none;
    std::span<const std::byte> outbox_;
    bool ended_ = false;
    bool reset_ = false;
};

}  // namespace harness
