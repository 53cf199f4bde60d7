#include "harness/channel.hpp"

#include <sys/socket.h>

#include <array>
#include <cstring>
#include <span>

#include "net/error.hpp"

namespace harness {
namespace {

constexpr std::size_t max_body = 65536;
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

}  // namespace

void send_message(int channel, const nlohmann::json& body, const std::vector<int>& fds) {
    auto data = nlohmann::json::to_cbor(body);
    if (data.size() > max_body || fds.size() > max_fds) {
        throw std::system_error(EMSGSIZE, std::system_category(), "send to the other side");
    }
    iovec part{.iov_base = data.data(), .iov_len = data.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    Control control;
    if (!fds.empty()) attach(header, control, fds);
    net::check(net::retry_on_eintr([&] { return ::sendmsg(channel, &header, MSG_NOSIGNAL); }),
               "sendmsg");
}

std::optional<Message> receive_message(int channel) {
    std::vector<std::uint8_t> data(max_body);
    iovec part{.iov_base = data.data(), .iov_len = data.size()};
    Control control;
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.space.data();
    header.msg_controllen = control.space.size();
    const auto n = net::check(
        net::retry_on_eintr([&] { return ::recvmsg(channel, &header, MSG_CMSG_CLOEXEC); }),
        "recvmsg");
    if (n == 0) return std::nullopt;
    auto fds = take_fds(header);
    data.resize(static_cast<std::size_t>(n));
    return Message{.body = nlohmann::json::from_cbor(data), .fds = std::move(fds)};
}

}  // namespace harness
