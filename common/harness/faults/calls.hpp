#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

/// The calls that can be made to misbehave, and what may come of each of them.
namespace harness::faults {

/// What programs do, each by whichever function: a test cannot know whether a program receives with
/// recv, recvmsg or read.
enum class Calls : std::uint32_t {
    none,
    recv,      ///< from a socket: recv, recvfrom, recvmsg, recvmmsg, read, readv, splice
    send,      ///< to a socket: send, sendto, sendmsg, sendmmsg, write, writev, sendfile, splice
    read,      ///< from a file or pipe: read, readv, pread, preadv, sendfile, splice, …
    write,     ///< to a file or pipe: write, writev, pwrite, pwritev, copy_file_range, splice, …
    accept,    ///< accept, accept4
    connect,   ///< connect
    socket,    ///< socket
    bind,      ///< bind
    listen,    ///< listen
    shutdown,  ///< shutdown
    wait,      ///< poll, ppoll, select, pselect, epoll_wait, epoll_pwait, epoll_pwait2
    open,      ///< open, openat, creat, fopen
    rename,    ///< rename, renameat, renameat2
    unlink,    ///< unlink, unlinkat, remove
    link,      ///< link, linkat
    mkdir,     ///< mkdir, mkdirat
    sync,      ///< fsync, fdatasync
    truncate,  ///< truncate, ftruncate
    end_of_list
};
constexpr auto number_of_calls = static_cast<std::size_t>(Calls::end_of_list);

/// What a descriptor refers to.
enum class On : std::uint32_t {
    anything,
    listener,  ///< a stream socket that listens
    stream,    ///< any other stream socket: a connection, or what may become one
    datagram,  ///< UDP, and whatever else keeps the borders of messages
    pipe,
    file,  ///< a regular one
};

/// How much of what it is offered, or asked for, a call takes. A short count of a datagram would
/// cut it, and of a look ahead (MSG_PEEK) would never grow: those are left alone.
enum class Takes : std::uint32_t { all, one_byte, a_part };

[[nodiscard]] constexpr bool moves_bytes(Calls call) {
    return call == Calls::recv || call == Calls::send || call == Calls::read ||
           call == Calls::write;
}

/// When a call may fail so.
enum class When : std::uint32_t {
    always,
    it_blocks,        ///< it would wait: interrupted (signal(7)), or its time has run out
    it_never_blocks,  ///< O_NONBLOCK, MSG_DONTWAIT, or a time limit (socket(7))
};

/// An error that a call may fail with, where its man page says so, and on what.
struct Possible {
    Calls call;
    int error;
    On on = On::anything;
    When when = When::always;
};

constexpr std::array possible_errors{
    // recv(2), tcp(7), udp(7)
    Possible{Calls::recv, EINTR, On::anything, When::it_blocks},
    Possible{Calls::recv, EAGAIN, On::anything, When::it_never_blocks},
    Possible{Calls::recv, ECONNRESET, On::stream},
    Possible{Calls::recv, ETIMEDOUT, On::stream},
    Possible{Calls::recv, ECONNREFUSED, On::datagram},
    Possible{Calls::recv, ENOMEM},
    // send(2), tcp(7), udp(7), ip(7). Not EPIPE: a signal comes with it, a peer must make it.
    Possible{Calls::send, EINTR, On::anything, When::it_blocks},
    Possible{Calls::send, EAGAIN, On::anything, When::it_never_blocks},
    Possible{Calls::send, ECONNRESET, On::stream},
    Possible{Calls::send, ETIMEDOUT, On::stream},
    Possible{Calls::send, ECONNREFUSED, On::datagram},
    Possible{Calls::send, EMSGSIZE, On::datagram},
    Possible{Calls::send, EPERM, On::datagram},
    Possible{Calls::send, ENETUNREACH, On::datagram},
    Possible{Calls::send, EHOSTUNREACH, On::datagram},
    Possible{Calls::send, ENOBUFS},
    Possible{Calls::send, ENOMEM},
    // read(2); no signal interrupts the reading of a file on a disk (signal(7))
    Possible{Calls::read, EINTR, On::pipe, When::it_blocks},
    Possible{Calls::read, EAGAIN, On::pipe, When::it_never_blocks},
    Possible{Calls::read, EIO, On::file},
    // write(2)
    Possible{Calls::write, EINTR, On::pipe, When::it_blocks},
    Possible{Calls::write, EAGAIN, On::pipe, When::it_never_blocks},
    Possible{Calls::write, ENOSPC, On::file},
    Possible{Calls::write, EDQUOT, On::file},
    Possible{Calls::write, EFBIG, On::file},
    Possible{Calls::write, EIO, On::file},
    // accept(2)
    Possible{Calls::accept, EINTR, On::listener, When::it_blocks},
    Possible{Calls::accept, EAGAIN, On::listener, When::it_never_blocks},
    Possible{Calls::accept, ECONNABORTED, On::listener},
    Possible{Calls::accept, EMFILE, On::listener},
    Possible{Calls::accept, ENFILE, On::listener},
    Possible{Calls::accept, ENOBUFS, On::listener},
    Possible{Calls::accept, ENOMEM, On::listener},
    Possible{Calls::accept, EPERM, On::listener},
    // connect(2), ip(7)
    Possible{Calls::connect, EINTR, On::stream, When::it_blocks},
    Possible{Calls::connect, ETIMEDOUT, On::stream, When::it_blocks},
    Possible{Calls::connect, ECONNREFUSED, On::stream},
    Possible{Calls::connect, EACCES},
    Possible{Calls::connect, EPERM},
    Possible{Calls::connect, EADDRNOTAVAIL},
    Possible{Calls::connect, ENETUNREACH},
    Possible{Calls::connect, EHOSTUNREACH},
    // socket(2)
    Possible{Calls::socket, EACCES},
    Possible{Calls::socket, EAFNOSUPPORT},
    Possible{Calls::socket, EMFILE},
    Possible{Calls::socket, ENFILE},
    Possible{Calls::socket, ENOBUFS},
    Possible{Calls::socket, ENOMEM},
    // bind(2), listen(2), shutdown(2)
    Possible{Calls::bind, EACCES},
    Possible{Calls::bind, EADDRINUSE},
    Possible{Calls::bind, EADDRNOTAVAIL},
    Possible{Calls::listen, EADDRINUSE},
    Possible{Calls::shutdown, ENOTCONN},
    // poll(2), select(2), epoll_wait(2)
    Possible{Calls::wait, EINTR, On::anything, When::it_blocks},
    // open(2)
    Possible{Calls::open, EACCES},
    Possible{Calls::open, EDQUOT},
    Possible{Calls::open, EIO},
    Possible{Calls::open, ELOOP},
    Possible{Calls::open, EMFILE},
    Possible{Calls::open, ENFILE},
    Possible{Calls::open, ENOENT},
    Possible{Calls::open, ENOMEM},
    Possible{Calls::open, ENOSPC},
    Possible{Calls::open, EROFS},
    // rename(2)
    Possible{Calls::rename, EACCES},
    Possible{Calls::rename, EDQUOT},
    Possible{Calls::rename, EIO},
    Possible{Calls::rename, ENOENT},
    Possible{Calls::rename, ENOSPC},
    Possible{Calls::rename, EPERM},
    Possible{Calls::rename, EROFS},
    Possible{Calls::rename, EXDEV},
    // unlink(2)
    Possible{Calls::unlink, EACCES},
    Possible{Calls::unlink, EBUSY},
    Possible{Calls::unlink, EIO},
    Possible{Calls::unlink, ENOENT},
    Possible{Calls::unlink, EPERM},
    Possible{Calls::unlink, EROFS},
    // link(2)
    Possible{Calls::link, EACCES},
    Possible{Calls::link, EDQUOT},
    Possible{Calls::link, EEXIST},
    Possible{Calls::link, EIO},
    Possible{Calls::link, ENOSPC},
    Possible{Calls::link, EPERM},
    Possible{Calls::link, EROFS},
    Possible{Calls::link, EXDEV},
    // mkdir(2)
    Possible{Calls::mkdir, EACCES},
    Possible{Calls::mkdir, EDQUOT},
    Possible{Calls::mkdir, EEXIST},
    Possible{Calls::mkdir, ENOSPC},
    Possible{Calls::mkdir, EROFS},
    // fsync(2), truncate(2)
    Possible{Calls::sync, EDQUOT},
    Possible{Calls::sync, EINTR},
    Possible{Calls::sync, EIO},
    Possible{Calls::sync, ENOSPC},
    Possible{Calls::truncate, EACCES},
    Possible{Calls::truncate, EFBIG},
    Possible{Calls::truncate, EINTR},
    Possible{Calls::truncate, EIO},
    Possible{Calls::truncate, EPERM},
    Possible{Calls::truncate, EROFS},
};

/// Null if the call never fails so.
[[nodiscard]] constexpr const Possible* find_possible(Calls call, int error) {
    for (const Possible& possible : possible_errors)
        if (possible.call == call && possible.error == error) return &possible;
    return nullptr;
}

}  // namespace harness::faults
