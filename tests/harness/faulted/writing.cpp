#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "faulted.hpp"

namespace faulted {
namespace {

constexpr std::size_t offset = 10;

using Write = std::function<ssize_t(int fd)>;

std::function<void()> writing(const Write& write, std::size_t at = 0) {
    return [=] {
        const int file = empty_file();
        print_written(write(file), file, at);
    };
}

std::array<iovec, 2> parts() { return two_parts(const_cast<char*>(message.data())); }

}  // namespace

void add_writing(Table& table) {
    table["write"] = writing([](int fd) { return ::write(fd, message.data(), size); });
    table["writev"] = writing([](int fd) { return ::writev(fd, parts().data(), 2); });
    table["pwrite"] =
        writing([](int fd) { return ::pwrite(fd, message.data(), size, offset); }, offset);
    table["pwrite64"] =
        writing([](int fd) { return ::pwrite64(fd, message.data(), size, offset); }, offset);
    table["pwritev"] =
        writing([](int fd) { return ::pwritev(fd, parts().data(), 2, offset); }, offset);
    table["pwritev64"] =
        writing([](int fd) { return ::pwritev64(fd, parts().data(), 2, offset); }, offset);
    table["write to another file"] = [] {
        const int file = empty_file("c.part");
        print_written(::write(file, message.data(), size), file);
    };
    table["write to a deleted file"] = [] {
        const int file = empty_file("c.part");
        ::syscall(SYS_unlinkat, AT_FDCWD, path_of("c.part").c_str(), 0);
        print_written(::write(file, message.data(), size), file);
    };
    table["sendfile to a file"] =
        writing([](int fd) { return ::sendfile(fd, filled_file(), nullptr, size); });
    table["write to a pipe"] = [] {
        const Pipe pipe = empty_pipe();
        print_sent(::write(pipe.write, message.data(), size), pipe.read);
    };
    table["write that never waits"] = [] {
        const Pipe pipe = empty_pipe();
        ::fcntl(pipe.write, F_SETFL, O_NONBLOCK);
        print_sent(::write(pipe.write, message.data(), size), pipe.read);
    };
}

}  // namespace faulted
