// As a C programmer writes it: everything in one function but the loop that writes, char buffers,
// read and write with SIGPIPE ignored, and goto to the place that cleans up.

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "program/announce.hpp"
#include "program/server_options.hpp"

static void stop(int) { _exit(0); }

/* Returns 0, or -1 with errno set. */
static int write_all(int fd, const char* buf, size_t len) {
    while (len > 0) {
        ssize_t n = write(fd, buf, len);
        if (n < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        buf += n;
        len -= (size_t)n;
    }
    return 0;
}

int main(int argc, char* argv[]) {
    struct addrinfo hints, *list = NULL, *ai;
    struct sockaddr_storage name;
    socklen_t namelen = sizeof(name);
    char port[16], buf[BUFSIZ];
    int fd = -1, client, on = 1, rc, status = EXIT_FAILURE;
    ssize_t n;
    auto options = program::parse_server_options(argc, argv, "Echoes, in the style of C.", 5050);

    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);

    snprintf(port, sizeof(port), "%u", (unsigned)options.port);
    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    if ((rc = getaddrinfo(options.host.c_str(), port, &hints, &list)) != 0) {
        fprintf(stderr, "echo_server: getaddrinfo: %s\n", gai_strerror(rc));
        goto out;
    }
    for (ai = list; ai != NULL; ai = ai->ai_next) {
        if ((fd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol)) < 0) continue;
        if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
            bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, 16) == 0)
            break;
        rc = errno;
        close(fd);
        errno = rc;
        fd = -1;
    }
    if (fd < 0) {
        perror("echo_server: bind");
        goto out;
    }
    if (getsockname(fd, (struct sockaddr*)&name, &namelen) < 0) {
        perror("echo_server: getsockname");
        goto out;
    }
    program::announce((struct sockaddr*)&name, namelen);

    for (;;) {
        if ((client = accept(fd, NULL, NULL)) < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            perror("echo_server: accept");
            goto out;
        }
        while ((n = read(client, buf, sizeof(buf))) != 0) {
            if (n < 0 && errno == EINTR) continue;
            if (n < 0 || write_all(client, buf, (size_t)n) < 0) {
                perror("echo_server: client");
                break;
            }
        }
        close(client);
    }

out:
    if (fd >= 0) close(fd);
    if (list != NULL) freeaddrinfo(list);
    return status;
}
