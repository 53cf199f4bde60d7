#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>

namespace harness::faults {

/// The bytes of all buffers of a call; what the kernel would refuse counts as none.
inline std::size_t size_of(const iovec* parts, std::size_t count) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) size += parts[i].iov_len;
    return size;
}

inline std::size_t number_of_parts(int count) {
    return static_cast<std::size_t>(std::max(count, 0));
}

/// The first `size` bytes of some buffers, or fewer: those of the first buffers alone, since it
/// lies on the stack of a program that may have little.
class FirstBytes {
public:
    FirstBytes(const iovec* parts, std::size_t count, std::size_t size) {
        for (; count_ < std::min(count, room) && size > 0; ++count_) {
            parts_[count_] = parts[count_];
            parts_[count_].iov_len = std::min(parts[count_].iov_len, size);
            size -= parts_[count_].iov_len;
        }
    }
    [[nodiscard]] iovec* data() { return parts_; }
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    static constexpr std::size_t room = 16;
    iovec parts_[room];
    std::size_t count_ = 0;
};

}  // namespace harness::faults
