#pragma once

#include <cerrno>
#include <concepts>
#include <string>
#include <system_error>

namespace net {

/// The category of getaddrinfo(3)'s codes, which are not errno values. There is one object
/// of it in the program, as std::error_code compares categories by address.
[[nodiscard]] const std::error_category& resolver_category() noexcept;

/// Throws std::system_error for errno; `what` names the call that failed.
/// A plain literal, because building a text may change errno before it is read.
[[noreturn]] void throw_errno(const char* what);

/// The same for an errno value saved at once after the call; `what` may then name operands too.
[[noreturn]] void throw_errno(int error, const std::string& what);

/// Passes on the result of a system call; throws as throw_errno() does when it is -1.
template <std::signed_integral Result>
Result check(Result result, const char* what) {
    if (result == -1) throw_errno(what);
    return result;
}

/// The same with operands in the text. Only after a failure, and once errno is saved, is
/// `describe` asked for it: `check(::open(…), [&] { return "open " + path; })`.
template <std::signed_integral Result, std::invocable Describe>
Result check(Result result, Describe describe) {
    if (result == -1) {
        const int error = errno;
        throw_errno(error, describe());
    }
    return result;
}

/// True for an errno value by which a call says that it would have to wait.
[[nodiscard]] inline bool would_block(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK;
}

/// Repeats a system call for as long as signals interrupt it; see signal(7).
/// Not for connect(2) and close(2): both go on after EINTR and must not be called again.
template <std::invocable Call>
auto retry_on_eintr(Call call) {
    auto result = call();
    while (result == -1 && errno == EINTR) result = call();
    return result;
}

}  // namespace net
