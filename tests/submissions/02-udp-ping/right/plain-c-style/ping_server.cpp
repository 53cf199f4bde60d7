// As a C programmer writes it: everything in one function, recvmsg and sendmsg with one msghdr,
// whose lengths are set anew each time, and goto to the place that cleans up.

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "program/announce.hpp"
#include "program/server_options.hpp"

static char buf[65536];

static void stop(int) { _exit(0); }

int main(int argc, char* argv[]) {
    struct addrinfo hints, *list = NULL, *ai;
    struct sockaddr_storage name;
    socklen_t namelen = sizeof(name);
    struct msghdr msg;
    struct iovec iov;
    char port[16];
    int fd = -1, rc;
    ssize_t n;
    auto options = program::parse_server_options(argc, argv, "Returns datagrams, in C.", 5051);

    signal(SIGTERM, stop);
    signal(SIGINT, stop);

    snprintf(port, sizeof(port), "%u", (unsigned)options.port);
    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_DGRAM;
    if ((rc = getaddrinfo(options.host.c_str(), port, &hints, &list)) != 0) {
        fprintf(stderr, "ping_server: getaddrinfo: %s\n", gai_strerror(rc));
        goto out;
    }
    for (ai = list; ai != NULL; ai = ai->ai_next) {
        if ((fd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol)) < 0) continue;
        if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0) break;
        rc = errno;
        close(fd);
        errno = rc;
        fd = -1;
    }
    if (fd < 0) {
        perror("ping_server: bind");
        goto out;
    }
    if (getsockname(fd, (struct sockaddr*)&name, &namelen) < 0) {
        perror("ping_server: getsockname");
        goto out;
    }
    program::announce((struct sockaddr*)&name, namelen);

    memset(&msg, 0, sizeof(msg));
    msg.msg_name = &name;
    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;
    iov.iov_base = buf;
    for (;;) {
        msg.msg_namelen = sizeof(name);
        iov.iov_len = sizeof(buf);
        if ((n = recvmsg(fd, &msg, 0)) < 0) {
            if (errno != EINTR) perror("ping_server: recvmsg");
            continue;
        }
        fprintf(stderr, "%ld bytes\n", (long)n);
        iov.iov_len = (size_t)n;
        msg.msg_flags = 0;
        while ((n = sendmsg(fd, &msg, 0)) < 0 && errno == EINTR) continue;
        if (n < 0) perror("ping_server: sendmsg");
    }

out:
    if (fd >= 0) close(fd);
    if (list != NULL) freeaddrinfo(list);
    return EXIT_FAILURE;
}
