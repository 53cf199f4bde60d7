#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "harness/run/bytes.hpp"
#include "harness/run/deadline.hpp"
#include "harness/run/test_run.hpp"
#include "harness/run/wait.hpp"
#include "net/address.hpp"
#include "net/tcp.hpp"

namespace harness {

/// The test's side of a TCP connection with a student's program. It always takes what comes, also
/// while it sends, so that a program is never kept waiting by a test. Its checks end the test when
/// they fail. One that goes out of scope stays connected until a program has been ended: how a
/// program takes the leaving of a client is tested by close(), never by chance.
class Peer : private Source {
public:
    /// Who has opened the connection: a test to a server, or a student's client.
    enum class Opened { by_test, by_program };

    explicit Peer(net::TcpStream stream, Opened opened = Opened::by_test);
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
    void send_in_pieces(std::string_view text, const std::function<std::size_t()>& next_size);

    /// Gives this side of the connection a receive buffer of 64 KiB (SO_RCVBUF, socket(7)), which
    /// does not grow: a program that sends to somebody who does not read is then soon blocked.
    void keep_buffer_small();

    /// Sends all of it and takes what comes slowly: only when the program cannot go on, and then
    /// 1 MiB at the most.
    void send_and_read_slowly(std::span<const std::byte> data);

    /// Sends as much of `data` as the program and the kernel take while nothing is read here, and
    /// returns how much that was: a program that echoes is then blocked in sending. Nothing is read
    /// until something is expected.
    [[nodiscard]] std::size_t send_until_blocked(std::span<const std::byte> data);

    /// Says that no more will come (FIN), and goes on reading; shutdown(2).
    void half_close();

    /// Closes both directions, as a client does that leaves; close(2).
    void close();

    /// Closes with RST, as a client does that is ended with unread bytes, or crashes.
    void reset();

    /// The same as close(), and returns when all that was sent, the end too, has come to the
    /// program's side. It need not have read it.
    void close_and_await_delivery();

    /// Bytes of what was sent here that the program has read; the others wait in a buffer of the
    /// kernel's, on either side.
    [[nodiscard]] std::size_t read_by_program() const;

    /// Fails unless exactly these bytes come next.
    void expect(std::span<const std::byte> expected);
    void expect(std::string_view text);

    /// The same, but takes it slowly: 256 KiB whenever the program cannot go on.
    void expect_slowly(std::span<const std::byte> expected);

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
    [[nodiscard]] std::string name_of_socket(const std::string& socket) const override;

    bool receive();
    bool transmit();
    void push();
    void sip(std::size_t portion);
    void send_out();
    [[nodiscard]] bool has_read_everything() const;
    void settle_end();
    void note_reset();
    [[nodiscard]] bool over() const { return ended_ || reset_; }
    [[nodiscard]] std::span<const std::byte> unexpected() const {
        return std::span(inbox_).subspan(expected_);
    }
    void say(Transcript::Side side, const std::string& what) const;
    [[noreturn]] void fail_of_too_many();
    [[noreturn]] void fail_to_receive(std::span<const std::byte> expected, Waited how);

    net::TcpStream stream_;
    Opened opened_;
    net::Address local_;
    net::Address remote_;
    std::string label_;
    Bytes inbox_;
    std::size_t expected_ = 0;  ///< bytes of inbox_ that checks have taken
    std::size_t told_ = 0;      ///< where in inbox_ the transcript's last event begins
    std::size_t event_ = Transcript::none;
    std::span<const std::byte> outbox_;
    std::size_t sent_ = 0;               ///< bytes that the kernel has taken
    std::size_t appetite_ = everything;  ///< so many bytes are taken before it stops reading
    bool ended_ = false;
    bool reset_ = false;

    static constexpr std::size_t everything = static_cast<std::size_t>(-1);
};

}  // namespace harness
