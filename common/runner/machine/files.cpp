#include "runner/machine/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>
#include <thread>

#include "runner/machine/subprocess.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_errno(std::string_view call, const fs::path& path) {
    const int error = errno;
    throw std::system_error(error, std::system_category(),
                            fmt::format("{} {}", call, path.string()));
}

class File {
public:
    File(const fs::path& path, int flags, mode_t mode = 0666)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {
        if (fd_ == -1) throw_errno("open", path);
    }
    ~File() { ::close(fd_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    File(File&&) = delete;
    File& operator=(File&&) = delete;

    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

void write_all(const File& file, std::string_view text, const fs::path& path) {
    while (!text.empty()) {
        const auto n = ::write(file.get(), text.data(), text.size());
        if (n == -1 && errno != EINTR) throw_errno("write", path);
        if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
    }
}

/// For file systems that do not know RENAME_NOREPLACE, such as network drives and Windows' drives
/// in WSL: neither call replaces anything that holds something.
bool rename_in_two_steps(const fs::path& from, const fs::path& to) {
    if (fs::is_directory(fs::symlink_status(from)))
        return ::mkdir(to.c_str(), 0777) == 0 && ::rename(from.c_str(), to.c_str()) == 0;
    return ::link(from.c_str(), to.c_str()) == 0 && ::unlink(from.c_str()) == 0;
}

/// flock(2) waits for ever, unless it does not wait at all.
void take(int fd, const fs::path& file, const std::stop_token& stop) {
    constexpr auto between_tries = std::chrono::milliseconds(10);
    while (::flock(fd, stop.stop_possible() ? LOCK_EX | LOCK_NB : LOCK_EX) == -1) {
        if (errno != EINTR && errno != EWOULDBLOCK) throw_errno("flock", file);
        if (stop.stop_requested()) throw Cancelled();
        if (stop.stop_possible()) std::this_thread::sleep_for(between_tries);
    }
}

}  // namespace

FileLock::FileLock(const fs::path& file, const std::stop_token& stop)
    : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (fd_ == -1) throw_errno("open", file);
    try {
        take(fd_, file, stop);
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

FileLock::~FileLock() { ::close(fd_); }

std::string read_file(const fs::path& path) {
    const File file(path, O_RDONLY);
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto n = ::read(file.get(), buffer.data(), buffer.size());
        if (n == 0) return text;
        if (n > 0) text.append(buffer.data(), static_cast<std::size_t>(n));
        if (n == -1 && errno != EINTR) throw_errno("read", path);
    }
}

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    if (!fs::is_directory(folder)) return files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

void replace_file(const fs::path& path, std::string_view text) {
    const auto temporary = beside(path, ".tmp");
    try {
        const File file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
        write_all(file, text, temporary);
        // Before the rename: else a power cut could leave the new name with no text behind it.
        if (::fsync(file.get()) == -1) throw_errno("fsync", temporary);
        if (::rename(temporary.c_str(), path.c_str()) == -1) throw_errno("rename", temporary);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
}

void write_new_file(const fs::path& path, std::string_view text, mode_t mode) {
    const File file(path, O_WRONLY | O_CREAT | O_EXCL, mode);
    try {
        write_all(file, text, path);
        if (::fsync(file.get()) == -1) throw_errno("fsync", path);
    } catch (...) {
        ::unlink(path.c_str());
        throw;
    }
}

bool rename_if_free(const fs::path& from, const fs::path& to) {
    bool done = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0;
    if (!done && (errno == EINVAL || errno == ENOSYS)) done = rename_in_two_steps(from, to);
    if (!done && errno != EEXIST) throw_errno("rename", from);
    return done;
}

fs::path beside(const fs::path& file, std::string_view suffix) {
    auto path = file;
    path += suffix;
    return path;
}

fs::path rename_aside(const fs::path& file, std::string_view suffix) {
    auto aside = beside(file, suffix);
    for (int i = 2;; ++i) {
        try {
            // rename() would replace any file; an empty one made just now is ours to replace.
            const File reserved(aside, O_WRONLY | O_CREAT | O_EXCL);
            break;
        } catch (const std::system_error& error) {
            if (error.code() != std::errc::file_exists) throw;
        }
        aside = beside(file, fmt::format("{}-{}", suffix, i));
    }
    if (::rename(file.c_str(), aside.c_str()) == -1) throw_errno("rename", file);
    return aside;
}

}  // namespace runner
