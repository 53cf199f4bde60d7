#include "harness/programs/channel.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "net/error.hpp"

namespace harness {
namespace {

constexpr std::size_t max_part = 32768;
constexpr std::size_t max_fds = 8;

/// The control part of a message that carries descriptors (SCM_RIGHTS), aligned as cmsg(3) wants
/// it.
struct Control {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(max_fds * sizeof(int))> space{};
};

void attach(msghdr& header, Control& control, const std::vector<int>& fds) {
    header.msg_control = control.space.data();
    header.msg_controllen = CMSG_SPACE(fds.size() * sizeof(int));
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(fds.size() * sizeof(int));
    std::memcpy(CMSG_DATA(part), fds.data(), fds.size() * sizeof(int));
}

std::vector<net::Fd> take_fds(msghdr& header) {
    std::vector<net::Fd> fds;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
            fds.emplace_back(fd);
        }
    }
    return fds;
}

/// A message is cut into packets: the kernel bounds the size of one. In front of each stands a byte
/// that says whether it is the last.
struct Packet {
    bool is_last = false;
    std::vector<std::uint8_t> data{};
    std::vector<net::Fd> fds{};
};

void send_packet(int channel, std::span<std::uint8_t> data, bool is_last,
                 const std::vector<int>& fds) {
    std::uint8_t mark = is_last ? 1 : 0;
    std::array<iovec, 2> parts{{{.iov_base = &mark, .iov_len = sizeof mark},
                                {.iov_base = data.data(), .iov_len = data.size()}}};
    msghdr header{};
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
    Control control;
    if (!fds.empty()) attach(header, control, fds);
    net::check(net::retry_on_eintr([&] { return ::sendmsg(channel, &header, MSG_NOSIGNAL); }),
               "sendmsg");
}

/// std::nullopt when the other side has gone.
std::optional<Packet> receive_packet(int channel) {
    std::uint8_t mark = 0;
    Packet packet;
    packet.data.resize(max_part);
    std::array<iovec, 2> parts{{{.iov_base = &mark, .iov_len = sizeof mark},
                                {.iov_base = packet.data.data(), .iov_len = max_part}}};
    Control control;
    msghdr header{};
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
    header.msg_control = control.space.data();
    header.msg_controllen = control.space.size();
    const auto n = net::check(
        net::retry_on_eintr([&] { return ::recvmsg(channel, &header, MSG_CMSG_CLOEXEC); }),
        "recvmsg");
    if (n == 0) return std::nullopt;
    packet.is_last = mark == 1;
    packet.data.resize(static_cast<std::size_t>(n) - sizeof mark);
    packet.fds = take_fds(header);
    return packet;
}

}  // namespace

void send_message(int channel, const nlohmann::json& body, const std::vector<int>& fds) {
    if (fds.size() > max_fds)
        throw std::system_error(EMSGSIZE, std::system_category(), "send to the other side");
    auto data = nlohmann::json::to_cbor(body);
    for (std::size_t sent = 0; sent < data.size();) {
        const std::size_t size = std::min(data.size() - sent, max_part);
        const bool is_last = sent + size == data.size();
        send_packet(channel, {data.data() + sent, size}, is_last,
                    is_last ? fds : std::vector<int>{});
        sent += size;
    }
}

std::optional<Message> receive_message(int channel) {
    std::vector<std::uint8_t> data;
    for (;;) {
        auto packet = receive_packet(channel);
        if (!packet) return std::nullopt;
        data.insert(data.end(), packet->data.begin(), packet->data.end());
        if (packet->is_last)
            return Message{.body = nlohmann::json::from_cbor(data), .fds = std::move(packet->fds)};
    }
}

}  // namespace harness
