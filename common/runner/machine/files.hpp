#pragma once

#include <sys/types.h>

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

/// While it lives, no other holder of a lock on the same file does. Waits for that; flock(2). Makes
/// the file if it is missing, and leaves it. Throws std::system_error; Cancelled, if it is to stop
/// waiting.
class FileLock {
public:
    explicit FileLock(const std::filesystem::path& file, const std::stop_token& stop = {});
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    int fd_;
};

/// The whole of a file. Throws std::system_error.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// The regular files of a folder, sorted; none if there is no such folder.
[[nodiscard]] std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder);

/// All or nothing: whoever opens `path` sees the old text or the new one. Only one process at a
/// time may do so: the temporary file, FILE.tmp, has one name, so that a crash leaves at most one,
/// and the next call takes it. Throws std::system_error; the file is then as before.
void replace_file(const std::filesystem::path& path, std::string_view text);

/// Writes a file that is not there yet, and waits until the disk has it. Throws std::system_error;
/// what was written is then removed.
void write_new_file(const std::filesystem::path& path, std::string_view text, mode_t mode = 0666);

/// Renames a file or a folder, never over anything: returns false if the new name is taken, be it
/// by a link that leads nowhere. Throws std::system_error.
[[nodiscard]] bool rename_if_free(const std::filesystem::path& from,
                                  const std::filesystem::path& to);

/// Renames a file to its name and `suffix`, or that and -2, -3 …: never over anything. Returns the
/// new path. Only one process at a time may do so. Throws std::system_error.
std::filesystem::path rename_aside(const std::filesystem::path& file, std::string_view suffix);

/// The path with more behind its name: "progress.json" and ".lock".
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& file,
                                           std::string_view suffix);

}  // namespace runner
