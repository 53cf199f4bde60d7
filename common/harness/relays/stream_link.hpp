#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/relays/stream_flow.hpp"
#include "harness/run/test_run.hpp"

namespace harness {

/// What becomes of a connection, by direction; without a rule it is passed as it is.
struct StreamRules {
    StreamRule to_server{};
    StreamRule to_client{};
};

/// A client's connection and one to the server, joined. An end (FIN) is passed on by direction, a
/// reset (RST) after what was taken before it.
class StreamLink {
public:
    StreamLink(RelayEnd client, RelayEnd server, const StreamRules& rules, std::size_t number);
    /// Both stay connected until the programs have been ended, as with Peer.
    ~StreamLink();
    StreamLink(const StreamLink&) = delete;
    StreamLink& operator=(const StreamLink&) = delete;

    bool serve();
    [[nodiscard]] std::vector<Source::Interest> interests() const;
    [[nodiscard]] bool in_flight() const;

    /// True while it waits for something of which no poll tells.
    [[nodiscard]] bool needs_looking_after() const;

    void release();

    [[nodiscard]] const StreamFlow& to_server() const noexcept { return to_server_; }
    [[nodiscard]] const StreamFlow& to_client() const noexcept { return to_client_; }
    [[nodiscard]] std::string never_met() const;

private:
    enum class State { open, resetting, closed };

    bool note_resets();
    bool cut();
    [[nodiscard]] bool is_about_to_reset() const;
    bool reset_what_is_left();
    bool close_if_ended();

    RelayEnd client_;
    RelayEnd server_;
    StreamFlow to_server_;
    StreamFlow to_client_;
    std::string name_;
    State state_ = State::open;
};

}  // namespace harness
