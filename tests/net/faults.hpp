#pragma once

#include <deque>

namespace net_tests {

/// What happens to one system call of this program. faults.cpp defines functions of the calls'
/// names, which hide the C library's and let through what no test has scripted.
/// A test begins by assigning a new value.
struct Fault {
    std::deque<int> errors;  ///< errno values with which the next calls fail, in this order
    int calls = 0;           ///< failed or not
    int flags = 0;           ///< of the last call, if it takes any
    int timeout_ms = 0;      ///< likewise
};

extern Fault socket_fault;
extern Fault accept_fault;
extern Fault poll_fault;

/// Nothing but this makes a sender of datagrams wait: the loopback interface always has room.
extern Fault sendto_fault;

/// An EINTR here is like a real one: the kernel goes on connecting.
extern Fault connect_fault;

}  // namespace net_tests
