// As a C programmer writes it: stdio for stdin and stdout, one char array for the line, read and
// write for the socket. getc knows a line's length whatever its bytes are; fgets would hide it
// behind a NUL.

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "program/client_options.hpp"

#define MAXLINE 65536

static char line[MAXLINE];

static void stop(int) { _exit(0); }

/* Returns the length of the next line, 0 at the end, -1 on error with errno set. */
static ssize_t get_line(void) {
    ssize_t len = 0;
    int c;

    for (;;) {
        errno = 0;
        if ((c = getc(stdin)) == EOF) {
            if (feof(stdin)) return len;
            if (errno != EINTR) return -1;
            clearerr(stdin);
            continue;
        }
        if (len == MAXLINE) {
            errno = EMSGSIZE;
            return -1;
        }
        line[len++] = (char)c;
        if (c == '\n') return len;
    }
}

static ssize_t read_some(int fd, char* buf, size_t len) {
    ssize_t n;

    do {
        n = read(fd, buf, len);
    } while (n < 0 && errno == EINTR);
    return n;
}

static int write_all(int fd, const char* buf, size_t len) {
    while (len > 0) {
        ssize_t n = write(fd, buf, len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        buf += n;
        len -= (size_t)n;
    }
    return 0;
}

int main(int argc, char* argv[]) {
    struct addrinfo hints, *list = NULL, *ai;
    char port[16], buf[1024];
    const char* what;
    int fd = -1, rc, status = EXIT_FAILURE;
    ssize_t n, len;
    auto options = program::parse_client_options(argc, argv, "Sends stdin to a server.", 5050);

    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);

    snprintf(port, sizeof(port), "%u", (unsigned)options.port);
    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    if ((rc = getaddrinfo(options.host.c_str(), port, &hints, &list)) != 0) {
        fprintf(stderr, "echo_client: getaddrinfo: %s\n", gai_strerror(rc));
        goto out;
    }
    what = "connect";
    for (ai = list; ai != NULL; ai = ai->ai_next) {
        if ((fd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol)) < 0) continue;
        if (connect(fd, ai->ai_addr, ai->ai_addrlen) == 0) break;
        rc = errno;
        close(fd);
        errno = rc;
        fd = -1;
    }
    if (fd < 0) goto fail;

    while ((len = get_line()) > 0) {
        what = "write to the server";
        if (write_all(fd, line, (size_t)len) < 0) goto fail;
        for (; len > 0; len -= n) {
            what = "read from the server";
            n = read_some(fd, buf, (size_t)len < sizeof(buf) ? (size_t)len : sizeof(buf));
            if (n == 0) errno = ECONNABORTED;
            if (n <= 0) goto fail;
            what = "write to stdout";
            if (fwrite(buf, 1, (size_t)n, stdout) != (size_t)n || fflush(stdout) != 0) goto fail;
        }
    }
    what = "read from stdin";
    if (len < 0) goto fail;
    what = "end the connection";
    if (shutdown(fd, SHUT_WR) < 0 || read_some(fd, buf, 1) != 0) goto fail;
    status = EXIT_SUCCESS;
    goto out;

fail:
    fprintf(stderr, "echo_client: %s: %s\n", what, strerror(errno));
out:
    if (fd >= 0) close(fd);
    if (list != NULL) freeaddrinfo(list);
    return status;
}
