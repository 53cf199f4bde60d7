#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "faulted.hpp"

namespace faulted {
namespace {

using Send = std::function<ssize_t(int fd)>;

/// Sends the message over a new socket of this type.
std::function<void()> sending(const Send& send, int type = SOCK_STREAM) {
    return [=] {
        const Ends ends = connected(type);
        const ssize_t n = send(ends.ours);
        print_sent(n, ends.theirs);
    };
}

/// sendmsg does not change what it sends.
std::array<iovec, 2> parts_of_message() { return two_parts(const_cast<char*>(message.data())); }

ssize_t send_in_parts(int fd) {
    auto parts = parts_of_message();
    msghdr header{};
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
    return ::sendmsg(fd, &header, MSG_NOSIGNAL);
}

ssize_t send_messages(int fd) {
    auto parts = parts_of_message();
    mmsghdr header{};
    header.msg_hdr.msg_iov = parts.data();
    header.msg_hdr.msg_iovlen = parts.size();
    const int n = ::sendmmsg(fd, &header, 1, MSG_NOSIGNAL);
    return n == 1 ? static_cast<ssize_t>(header.msg_len) : n;
}

ssize_t send_plainly(int fd) { return ::send(fd, message.data(), size, 0); }

}  // namespace

void add_sending(Table& table) {
    table["send"] = sending(send_plainly);
    table["sendto"] =
        sending([](int fd) { return ::sendto(fd, message.data(), size, 0, nullptr, 0); });
    table["sendmsg"] = sending(send_in_parts);
    table["sendmmsg"] = sending(send_messages);
    table["send by write"] = sending([](int fd) { return ::write(fd, message.data(), size); });
    table["send by writev"] = sending([](int fd) {
        const auto parts = parts_of_message();
        return ::writev(fd, parts.data(), parts.size());
    });
    table["send by sendfile"] =
        sending([](int fd) { return ::sendfile(fd, filled_file(), nullptr, size); });
    table["send by sendfile64"] =
        sending([](int fd) { return ::sendfile64(fd, filled_file(), nullptr, size); });
    table["send by splice"] =
        sending([](int fd) { return ::splice(filled_pipe(), nullptr, fd, nullptr, size, 0); });
    table["send of a datagram"] = sending(send_plainly, SOCK_DGRAM);
    table["sendmmsg of a datagram"] = sending(send_messages, SOCK_DGRAM);
    table["send of a record"] = sending(send_plainly, SOCK_SEQPACKET);
    table["send that never waits"] =
        sending([](int fd) { return ::send(fd, message.data(), size, MSG_DONTWAIT); });
}

}  // namespace faulted
