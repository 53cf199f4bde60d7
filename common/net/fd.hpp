#pragma once

#include <unistd.h>

#include <utility>

namespace net {

/// Owns one file descriptor and closes it exactly once.
///
/// Move-only: a descriptor has one owner, and passing an Fd by value hands it over.
/// An Fd that is empty (default-constructed, moved-from, released or reset) holds -1.
class Fd {
public:
    Fd() = default;
    /// Takes ownership of `fd`; -1, the result of a failed call, makes an empty Fd.
    explicit Fd(int fd) noexcept : fd_(fd) {}
    ~Fd() { reset(); }

    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    Fd(Fd&& other) noexcept : fd_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept {
        if (this != &other) {
            reset();
            fd_ = other.release();
        }
        return *this;
    }

    /// The descriptor, lent for a call; this Fd still closes it.
    [[nodiscard]] int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ != -1; }

    /// Gives up ownership without closing: the caller must close what is returned.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

    /// Closes the descriptor now, if there is one. Errors of close(2) are not reported.
    void reset() noexcept {
        // Linux frees the descriptor even when close() fails, with EINTR too: a second
        // close() could hit a descriptor that another thread has just been given.
        if (fd_ != -1) ::close(release());
    }

private:
    int fd_ = -1;
};

}  // namespace net
