#include "harness/programs/supervision.hpp"

#include <fcntl.h>

#include <cstdlib>
#include <stdexcept>

namespace harness {
namespace {

int channel_from_environment() {
    const char* text = std::getenv("LAB_SUPERVISOR_FD");
    if (text == nullptr) return -1;
    const int fd = std::atoi(text);
    return ::fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 ? -1 : fd;
}

int channel() {
    static const int fd = channel_from_environment();
    return fd;
}

}  // namespace

bool is_supervised() { return channel() != -1; }

Message ask_supervisor(const nlohmann::json& order) {
    if (!is_supervised())
        throw std::runtime_error("no supervisor: start the tests with `lab test`");
    send_message(channel(), order);
    auto answer = receive_message(channel());
    if (!answer) throw std::runtime_error("the supervisor has gone");
    if (answer->body.contains("error"))
        throw std::runtime_error(answer->body.at("error").get<std::string>());
    return std::move(*answer);
}

}  // namespace harness
