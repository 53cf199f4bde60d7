#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "faulted.hpp"
#include "harness/faults/fortified.hpp"

namespace faulted {
namespace {

using Receive = std::function<ssize_t(int fd, char* buffer)>;

/// Receives the message from a new socket of this type.
std::function<void()> receiving(const Receive& receive, int type = SOCK_STREAM) {
    return [=] {
        std::array<char, size> buffer{};
        const ssize_t n = receive(filled_socket(type), buffer.data());
        print_received(n, buffer.data());
    };
}

ssize_t receive_message(int fd, char* buffer) {
    auto parts = two_parts(buffer);
    msghdr header{};
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
    const ssize_t n = ::recvmsg(fd, &header, 0);
    return header.msg_iov == parts.data() && header.msg_iovlen == 2 ? n : 0;
}

ssize_t receive_messages(int fd, char* buffer) {
    auto parts = two_parts(buffer);
    mmsghdr header{};
    header.msg_hdr.msg_iov = parts.data();
    header.msg_hdr.msg_iovlen = parts.size();
    const int n = ::recvmmsg(fd, &header, 1, 0, nullptr);
    return n == 1 ? static_cast<ssize_t>(header.msg_len) : n;
}

ssize_t receive_plainly(int fd, char* buffer) { return ::recv(fd, buffer, size, 0); }

}  // namespace

void add_receiving(Table& table) {
    table["recv"] = receiving(receive_plainly);
    table["__recv_chk"] =
        receiving([](int fd, char* to) { return ::__recv_chk(fd, to, size, size, 0); });
    table["recvfrom"] =
        receiving([](int fd, char* to) { return ::recvfrom(fd, to, size, 0, nullptr, nullptr); });
    table["__recvfrom_chk"] = receiving(
        [](int fd, char* to) { return ::__recvfrom_chk(fd, to, size, size, 0, nullptr, nullptr); });
    table["recvmsg"] = receiving(receive_message);
    table["recvmmsg"] = receiving(receive_messages);
    table["recv by read"] = receiving([](int fd, char* to) { return ::read(fd, to, size); });
    table["recv by __read_chk"] =
        receiving([](int fd, char* to) { return ::__read_chk(fd, to, size, size); });
    table["recv by readv"] = receiving([](int fd, char* to) {
        auto parts = two_parts(to);
        return ::readv(fd, parts.data(), parts.size());
    });
    table["recv of a datagram"] = receiving(receive_plainly, SOCK_DGRAM);
    table["recvmmsg of a datagram"] = receiving(receive_messages, SOCK_DGRAM);
    table["recv of a record"] = receiving(receive_plainly, SOCK_SEQPACKET);
    table["look ahead"] =
        receiving([](int fd, char* to) { return ::recv(fd, to, size, MSG_PEEK); });
    table["errno after recv"] = [] {
        char byte = 0;
        const int fd = filled_socket(SOCK_STREAM);
        errno = ENOTTY;
        (void)::recv(fd, &byte, 1, 0);
        (void)::read(fd, &byte, 1);
        print(-1);
    };
    table["recv that never waits"] =
        receiving([](int fd, char* to) { return ::recv(fd, to, size, MSG_DONTWAIT); });
}

}  // namespace faulted
