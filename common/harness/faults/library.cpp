// Makes the system of a program under test behave as it may, but seldom does: preloaded into the
// program (ld.so(8)), it stands between it and libc, or a sanitizer's interceptors, for the calls
// below. Without a plan it does nothing.
//
// Only libc is used: the program may be of any language, and may be in a signal handler.

#include <arpa/inet.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "harness/faults/plan.hpp"

namespace {

using harness::faults::Plan;
using harness::faults::Sends;

Plan* plan = nullptr;

/// The next definition of `name` in the order of loading.
template <typename Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool is_socket(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

/// A number that differs from call to call, the same for the same seed (SplitMix64).
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

/// How many of `size` bytes a send on `fd` takes.
std::size_t part_of(int fd, std::size_t size) {
    if (plan == nullptr || plan->sends == Sends::as_they_are || size < 2 || !is_socket(fd))
        return size;
    const std::uint32_t number = plan->sends_cut.fetch_add(1);
    const std::uint64_t chance = mixed((std::uint64_t{plan->seed} << 32U) | number);
    const std::size_t taken = plan->sends == Sends::one_byte ? 1 : 1 + chance % (size - 1);
    if (number == 0) {
        plan->offered = static_cast<std::uint32_t>(std::min<std::size_t>(size, UINT32_MAX));
        plan->taken = static_cast<std::uint32_t>(std::min<std::size_t>(taken, UINT32_MAX));
    }
    // Many small segments would otherwise wait for acknowledgements (Nagle's algorithm).
    const int on = 1;
    const int error = errno;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    errno = error;
    return taken;
}

std::size_t size_of(const iovec* parts, std::size_t count) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) size += parts[i].iov_len;
    return size;
}

/// The first `size` bytes of some buffers, at most IOV_MAX of them.
class FirstBytes {
public:
    FirstBytes(const iovec* parts, std::size_t count, std::size_t size) {
        for (count_ = 0; count_ < count && count_ < IOV_MAX && size > 0; ++count_) {
            parts_[count_] = parts[count_];
            parts_[count_].iov_len = std::min(parts[count_].iov_len, size);
            size -= parts_[count_].iov_len;
        }
    }
    [[nodiscard]] iovec* data() { return parts_; }
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    iovec parts_[IOV_MAX];
    std::size_t count_ = 0;
};

/// Whether the client that has just been accepted was gone before.
bool aborts(int client) {
    if (plan == nullptr || client == -1) return false;
    std::uint32_t done = plan->accepts_aborted;
    do {
        if (done >= plan->aborts) return false;
    } while (!plan->accepts_aborted.compare_exchange_weak(done, done + 1));
    ::close(client);
    errno = ECONNABORTED;
    return true;
}

/// What is left of a client that has just been accepted: -1, with errno set, if it has gone.
int accepted(int client) {
    if (aborts(client)) return -1;
    if (plan != nullptr && plan->send_buffer != 0 && client != -1) {
        plan->buffers_set.fetch_add(1);
        ::setsockopt(client, SOL_SOCKET, SO_SNDBUF, &plan->send_buffer, sizeof plan->send_buffer);
    }
    return client;
}

/// Where the answer to `name` begins in the plan, behind the name; null if there is none.
const char* find_answer(const char* name) {
    if (plan == nullptr || name == nullptr) return nullptr;
    const std::size_t length = std::strlen(name);
    for (const char* line = plan->answers.data(); *line != '\0';) {
        if (std::strncmp(line, name, length) == 0 && line[length] == ' ') return line + length;
        line += std::strcspn(line, "\n");
        if (*line == '\n') ++line;
    }
    return nullptr;
}

using GetAddrInfo = int(const char*, const char*, const addrinfo*, addrinfo**);

/// Asks the real resolver for each numeric address of an answer, and chains what it gives.
int chain(const char* addresses, const char* service, const addrinfo* hints, addrinfo** result) {
    addrinfo numeric{};
    if (hints != nullptr) numeric = *hints;
    numeric.ai_flags |= AI_NUMERICHOST;
    *result = nullptr;
    addrinfo** end = result;
    char address[INET6_ADDRSTRLEN];
    while (*addresses == ' ') {
        const std::size_t length = std::strcspn(++addresses, " \n");
        if (length >= sizeof address) return EAI_FAIL;
        std::memcpy(address, addresses, length);
        address[length] = '\0';
        addresses += length;
        // An address of a family that was not asked for is none of the answer.
        if (next<GetAddrInfo>("getaddrinfo")(address, service, &numeric, end) != 0) *end = nullptr;
        while (*end != nullptr) end = &(*end)->ai_next;
    }
    return *result == nullptr ? EAI_NONAME : 0;
}

extern "C" void count_signal(int /*number*/) { plan->signals_handled.fetch_add(1); }

/// Keeps the stack, then dies as the program would have. It was in a call that sends, not in the
/// middle of an allocation, so asking for the stack is safe here.
extern "C" void keep_stack(int number) {
    void* addresses[16];
    const int count = ::backtrace(addresses, 16);
    std::uint32_t kept = 0;
    for (int i = 0; i < count; ++i) {
        Dl_info info{};
        if (::dladdr(addresses[i], &info) == 0 || info.dli_fname == nullptr) continue;
        auto& frame = plan->sigpipe[kept++];
        std::strncpy(frame.module.data(), info.dli_fname, frame.module.size() - 1);
        frame.offset = static_cast<std::uint64_t>(static_cast<const char*>(addresses[i]) -
                                                  static_cast<const char*>(info.dli_fbase));
    }
    plan->sigpipe_frames = kept;
    ::signal(number, SIG_DFL);
    ::raise(number);  // it strikes when this handler returns
}

void handle(int number, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    ::sigaction(number, &action, nullptr);
}

[[gnu::constructor]] void load() {
    const char* path = std::getenv(harness::faults::plan_variable);
    if (path == nullptr) return;
    const int fd = ::open(path, O_RDWR | O_CLOEXEC);
    if (fd == -1) return;
    void* memory = ::mmap(nullptr, sizeof(Plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (memory == MAP_FAILED || static_cast<Plan*>(memory)->size != sizeof(Plan)) return;
    plan = static_cast<Plan*>(memory);
    plan->loaded.fetch_add(1);
    void* once[1];
    ::backtrace(once, 1);  // loads what it needs now, not in the handler
    handle(SIGPIPE, keep_stack);
    if (plan->handled_signal != 0) handle(plan->handled_signal, count_signal);
}

}  // namespace

// The calls, as libc declares them, but for the names of their parameters, which are libc's own.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

extern "C" ssize_t send(int fd, const void* data, size_t size, int flags) {
    static auto* const real = next<ssize_t(int, const void*, size_t, int)>("send");
    return real(fd, data, part_of(fd, size), flags);
}

extern "C" ssize_t sendto(int fd, const void* data, size_t size, int flags, const sockaddr* to,
                          socklen_t to_size) {
    static auto* const real =
        next<ssize_t(int, const void*, size_t, int, const sockaddr*, socklen_t)>("sendto");
    return real(fd, data, part_of(fd, size), flags, to, to_size);
}

extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    static auto* const real = next<ssize_t(int, const msghdr*, int)>("sendmsg");
    const std::size_t size = size_of(message->msg_iov, message->msg_iovlen);
    const std::size_t taken = part_of(fd, size);
    if (taken == size) return real(fd, message, flags);
    FirstBytes first(message->msg_iov, message->msg_iovlen, taken);
    msghdr shorter = *message;
    shorter.msg_iov = first.data();
    shorter.msg_iovlen = first.count();
    return real(fd, &shorter, flags);
}

extern "C" ssize_t write(int fd, const void* data, size_t size) {
    static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
    return real(fd, data, part_of(fd, size));
}

extern "C" ssize_t writev(int fd, const iovec* parts, int count) {
    static auto* const real = next<ssize_t(int, const iovec*, int)>("writev");
    const auto number = static_cast<std::size_t>(std::max(count, 0));
    const std::size_t size = size_of(parts, number);
    const std::size_t taken = part_of(fd, size);
    if (taken == size) return real(fd, parts, count);
    FirstBytes first(parts, number, taken);
    return real(fd, first.data(), static_cast<int>(first.count()));
}

extern "C" int bind(int fd, const sockaddr* address, socklen_t size) noexcept {
    static auto* const real = next<int(int, const sockaddr*, socklen_t)>("bind");
    const bool is_internet = address->sa_family == AF_INET || address->sa_family == AF_INET6;
    if (plan == nullptr || plan->bind_error == 0 || !is_internet) return real(fd, address, size);
    plan->binds_refused.fetch_add(1);
    errno = plan->bind_error;
    return -1;
}

extern "C" int accept(int fd, sockaddr* address, socklen_t* size) {
    static auto* const real = next<int(int, sockaddr*, socklen_t*)>("accept");
    return accepted(real(fd, address, size));
}

extern "C" int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
    static auto* const real = next<int(int, sockaddr*, socklen_t*, int)>("accept4");
    return accepted(real(fd, address, size, flags));
}

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
    static auto* const real = next<GetAddrInfo>("getaddrinfo");
    const char* answer = find_answer(node);
    if (answer == nullptr) return real(node, service, hints, result);
    plan->names_answered.fetch_add(1);
    if (std::strncmp(answer, " !", 2) == 0) return std::atoi(answer + 2);
    return chain(answer, service, hints, result);
}

/// What a program goes on using after it has freed it shall not look as if it were still there.
extern "C" void freeaddrinfo(addrinfo* list) noexcept {
    static auto* const real = next<void(addrinfo*)>("freeaddrinfo");
    for (addrinfo* it = plan == nullptr ? nullptr : list; it != nullptr; it = it->ai_next) {
        constexpr int garbage = 0xdb;
        if (it->ai_addr != nullptr) std::memset(it->ai_addr, garbage, it->ai_addrlen);
    }
    real(list);
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
