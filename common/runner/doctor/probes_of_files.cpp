#include <fcntl.h>
#include <langinfo.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstring>
#include <fstream>
#include <regex>

#include "runner/doctor/probes.hpp"
#include "runner/machine/subprocess.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

std::string why(const std::string& what) { return what + ": " + std::strerror(errno); }

/// A script in a folder of its own, removed with it; `error` says what could not be done.
class Script {
public:
    explicit Script(const fs::path& folder) : folder_((folder / "lab-doctor-XXXXXX").string()) {
        if (::mkdtemp(folder_.data()) == nullptr) {
            error_ = why("make a folder in " + folder.string());
            folder_.clear();
            return;
        }
        std::ofstream file(path());
        if (!(file << "#!/bin/sh\nexit 0\n").flush() || ::chmod(path().c_str(), 0755) == -1)
            error_ = why("write in " + folder.string());
    }
    ~Script() {
        std::error_code ignored;
        if (!folder_.empty()) fs::remove_all(folder_, ignored);
    }
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    [[nodiscard]] fs::path path() const { return fs::path(folder_) / "script"; }
    [[nodiscard]] const std::string& error() const noexcept { return error_; }

private:
    std::string folder_;
    std::string error_;
};

std::chrono::seconds ahead_of(std::time_t now, const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) == -1) return std::chrono::seconds(0);
    return std::chrono::seconds(status.st_mtime - now);
}

}  // namespace

std::string try_writing(const fs::path& folder) { return Script(folder).error(); }

std::string try_executing(const fs::path& folder) {
    const Script script(folder);
    if (!script.error().empty()) return script.error();
    const Outcome outcome = run({.words = {script.path().string()}});
    return outcome.status == 0 ? "" : "execute a file in " + folder.string() + ": it is refused";
}

std::string try_locking(const fs::path& folder) {
    const Script script(folder);
    if (!script.error().empty()) return script.error();
    const int fd = ::open(script.path().c_str(), O_RDWR | O_CLOEXEC);
    const bool locked = fd != -1 && ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    std::string result = locked ? "" : why("flock a file in " + folder.string());
    if (fd != -1) ::close(fd);
    return result;
}

std::string try_mode_bits(const fs::path& folder) {
    const Script script(folder);
    if (!script.error().empty()) return script.error();
    struct stat status {};
    if (::chmod(script.path().c_str(), 0644) == -1) return why("chmod in " + folder.string());
    ::stat(script.path().c_str(), &status);
    return (status.st_mode & 0777U) == 0644U ? "" : "chmod changes nothing in " + folder.string();
}

FutureFile newest_in_future(const fs::path& folder) {
    const std::time_t now = std::time(nullptr);
    constexpr std::chrono::seconds of_rounding{2};
    FutureFile newest;
    std::error_code ignored;
    for (fs::recursive_directory_iterator it(folder, ignored), end; it != end;
         it.increment(ignored)) {
        const bool is_other = it->path().filename() == ".git" || it->path().filename() == "build";
        if (is_other && it.depth() == 0) it.disable_recursion_pending();
        const auto ahead = ahead_of(now, it->path());
        if (ahead > of_rounding && ahead > newest.ahead) newest = {it->path(), ahead};
    }
    return newest;
}

bool is_windows_drive(const fs::path& folder) {
    constexpr unsigned long plan9 = 0x01021997;  // V9FS_MAGIC: drives in WSL 2
    constexpr unsigned long drvfs = 0x53464846;  // WSL 1
    struct statfs status {};
    if (::statfs(folder.c_str(), &status) == -1) return false;
    static const std::regex drive("/mnt/[a-z](/.*)?");
    const auto type = static_cast<unsigned long>(status.f_type);
    return (type == plan9 || type == drvfs) && std::regex_match(folder.string(), drive);
}

int wsl_version(const std::string& kernel) {
    if (kernel.find("icrosoft") == std::string::npos) return 0;
    // "5.15.90.1-microsoft-standard-WSL2" against "4.4.0-19041-Microsoft".
    return kernel.find("WSL2") != std::string::npos ||
                   kernel.find("microsoft-standard") != std::string::npos
               ? 2
               : 1;
}

std::size_t available_memory() {
    std::ifstream file("/proc/meminfo");
    std::string name;
    std::size_t kilobytes = 0;
    for (std::string unit; file >> name >> kilobytes && std::getline(file, unit);) {
        if (name == "MemAvailable:") return kilobytes << 10U;
    }
    return 0;
}

std::string locale_encoding() {
    std::setlocale(LC_ALL, "");
    std::string encoding = ::nl_langinfo(CODESET);
    std::setlocale(LC_ALL, "C");
    return encoding;
}

}  // namespace runner
