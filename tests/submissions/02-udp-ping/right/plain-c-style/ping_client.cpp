// As a C programmer writes it: poll with whole milliseconds, rounded up, a pipe that the handlers
// of SIGINT and SIGTERM write to, a connected socket, and one array with an entry for each probe.
// All probes that have been tried equally often wait equally long. So there is a queue for each
// number of tries, in which those at the head have the earliest deadline.

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "program/client_options.hpp"

#define TRIES 5
#define HEADER 16
#define MILLISECOND 1000000LL
#define NOBODY UINT32_MAX

enum state { AWAITED, ANSWERED, GIVEN_UP };

struct probe {
    int64_t sent[TRIES], deadline;
    uint32_t next; /* in its queue */
    enum state state;
    int tries;
};

static struct probe* probes;
static uint32_t head[TRIES], tail[TRIES];
static uint32_t count = 4, interval = 200, timeout = 1000, size = 56, id;
static bool reliable;
static uint32_t sent, received, duplicates, unanswered;
static double least, greatest, sum, sum_of_squares, first_time;
static unsigned char out[65536], in[65536];
static char server[NI_MAXHOST + NI_MAXSERV + 4];
static int fd = -1, wake[2];

static void stop(int) {
    int saved = errno;

    if (write(wake[1], "", 1) < 0 && errno != EAGAIN) _exit(1); /* a full pipe wakes as well */
    errno = saved;
}

static int64_t now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void complain(const char* call) {
    fprintf(stderr, "ping_client: %s %s: %s\n", call, server, strerror(errno));
}

static void put(unsigned char* to, uint64_t n, int bytes) {
    while (bytes-- > 0) {
        to[bytes] = (unsigned char)(n & 0xff);
        n >>= 8;
    }
}

static uint64_t get(const unsigned char* from, int bytes) {
    uint64_t n = 0;

    while (bytes-- > 0) n = n << 8 | *from++;
    return n;
}

/* One try of a probe, and a second send if the first one told of an error. */
static void transmit(uint32_t seq) {
    struct probe* p = &probes[seq];
    int queue = p->tries++, i;

    p->sent[queue] = now();
    p->deadline = p->sent[queue] + ((int64_t)timeout << queue) * MILLISECOND;
    p->next = NOBODY;
    if (head[queue] == NOBODY)
        head[queue] = seq;
    else
        probes[tail[queue]].next = seq;
    tail[queue] = seq;

    put(out, id, 4);
    put(out + 4, seq, 4);
    put(out + 8, (uint64_t)p->sent[queue], 8);
    for (i = 0; i < 2;) {
        if (send(fd, out, size, 0) >= 0) return;
        if (errno == EINTR) continue;
        complain("send");
        i++;
    }
}

static void look_at_deadlines(void) {
    int64_t moment = now();
    uint32_t seq;
    int queue;

    for (queue = 0; queue < TRIES; queue++) {
        while ((seq = head[queue]) != NOBODY && probes[seq].deadline <= moment) {
            head[queue] = probes[seq].next;
            if (probes[seq].state == ANSWERED) {
                probes[seq].state = GIVEN_UP; /* further replies come too late as well */
            } else if (reliable && probes[seq].tries < TRIES) {
                transmit(seq);
            } else {
                probes[seq].state = GIVEN_UP;
                unanswered--;
                printf("no reply: seq=%lu\n", (unsigned long)seq);
                fflush(stdout);
            }
        }
    }
}

static void count_time(double time) {
    if (received++ == 0) least = greatest = first_time = time;
    if (time < least) least = time;
    if (time > greatest) greatest = time;
    /* Differences from the first time: squares of the times themselves would lose digits. */
    sum += time - first_time;
    sum_of_squares += (time - first_time) * (time - first_time);
}

static void take(size_t len) {
    int64_t moment = now(), from;
    struct probe* p;
    uint32_t seq;
    double time;
    int i;

    if (len != size || get(in, 4) != id) return;
    if ((seq = (uint32_t)get(in + 4, 4)) >= sent) return;
    p = &probes[seq];
    if (p->state == GIVEN_UP) return;
    from = (int64_t)get(in + 8, 8);
    for (i = 0; i < p->tries && p->sent[i] != from; i++) continue;
    if (i == p->tries) return;

    time = (double)(moment - from) / MILLISECOND;
    printf("%lu bytes from %s: seq=%lu time=%.3f ms%s\n", (unsigned long)size, server,
           (unsigned long)seq, time, p->state == ANSWERED ? " (DUP!)" : "");
    fflush(stdout);
    if (p->state == ANSWERED) {
        duplicates++;
        return;
    }
    p->state = ANSWERED;
    unanswered--;
    count_time(time);
}

static void receive(void) {
    ssize_t n = recv(fd, in, sizeof(in), MSG_DONTWAIT);

    if (n >= 0)
        take((size_t)n);
    else if (errno != EAGAIN && errno != EINTR)
        complain("recv");
}

/* In poll's milliseconds; -1 is for ever. */
static int until_next(int64_t next_send) {
    int64_t moment = INT64_MAX, rest;
    int queue;

    if (sent < count) moment = next_send;
    for (queue = 0; queue < TRIES; queue++) {
        if (head[queue] != NOBODY && probes[head[queue]].deadline < moment)
            moment = probes[head[queue]].deadline;
    }
    if (moment == INT64_MAX) return -1;
    rest = moment - now();
    return rest <= 0 ? 0 : (int)((rest + MILLISECOND - 1) / MILLISECOND);
}

/* Returns 0, or -1 with errno set. */
static int run(void) {
    struct pollfd fds[2] = {{.fd = fd, .events = POLLIN, .revents = 0},
                            {.fd = wake[0], .events = POLLIN, .revents = 0}};
    int64_t next_send = now();

    while (sent < count || unanswered > 0) {
        if (poll(fds, 2, until_next(next_send)) < 0) {
            if (errno != EINTR) return -1;
            continue;
        }
        if (fds[1].revents != 0) return 0;
        if (fds[0].revents != 0) receive();
        look_at_deadlines();
        if (sent < count && now() >= next_send) {
            unanswered++;
            transmit(sent++);
            next_send += interval * MILLISECOND;
        }
    }
    return 0;
}

static void print_end(void) {
    double mean, variance;

    printf("--- %s ping statistics ---\n", server);
    printf("%lu sent, %lu received, %lu duplicate%s, %lu%% loss\n", (unsigned long)sent,
           (unsigned long)received, (unsigned long)duplicates, duplicates == 1 ? "" : "s",
           sent == 0 ? 0UL : (unsigned long)((sent - received) * 100ULL / sent));
    if (received > 0) {
        mean = sum / received;
        variance = sum_of_squares / received - mean * mean;
        printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", least, first_time + mean,
               greatest, variance > 0 ? sqrt(variance) : 0.0);
    }
    fflush(stdout);
}

/* Returns 0, or -1 after saying why. */
static int open_socket(const char* host, unsigned port) {
    struct addrinfo hints, *list;
    char text[16], name[NI_MAXHOST], service[NI_MAXSERV];
    int rc;

    snprintf(text, sizeof(text), "%u", port);
    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_DGRAM;
    if ((rc = getaddrinfo(host, text, &hints, &list)) != 0) {
        fprintf(stderr, "ping_client: resolve %s: %s\n", host, gai_strerror(rc));
        return -1;
    }
    getnameinfo(list->ai_addr, list->ai_addrlen, name, sizeof(name), service, sizeof(service),
                NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(server, sizeof(server), list->ai_family == AF_INET6 ? "[%s]:%s" : "%s:%s", name,
             service);
    fd = socket(list->ai_family, list->ai_socktype, list->ai_protocol);
    if (fd < 0 || connect(fd, list->ai_addr, list->ai_addrlen) < 0) {
        complain(fd < 0 ? "socket" : "connect");
        freeaddrinfo(list);
        return -1;
    }
    freeaddrinfo(list);
    return 0;
}

int main(int argc, char* argv[]) {
    struct sigaction action;
    int queue, status = EXIT_FAILURE;
    auto options = program::parse_client_options(
        argc, argv, "Measures how long datagrams take, in C.", 5051,
        {.numbers = {{"--count", "probes", 1, 1000000, &count},
                     {"--interval", "ms between probes", 0, 3600000, &interval},
                     {"--timeout", "ms to wait for a reply", 1, 3600000, &timeout},
                     {"--size", "bytes of a probe", 16, 65507, &size}},
         .flags = {{"--reliable", "send again what is not answered", &reliable}}});

    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0 || getentropy(&id, sizeof(id)) < 0 ||
        (probes = (struct probe*)calloc(count, sizeof(*probes))) == NULL) {
        perror("ping_client: start");
        return EXIT_FAILURE;
    }
    memset(&action, 0, sizeof(action));
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    for (queue = 0; queue < TRIES; queue++) head[queue] = NOBODY;

    if (open_socket(options.host.c_str(), options.port) == 0) {
        if (run() < 0)
            perror("ping_client: poll");
        else
            print_end();
        if (received > 0) status = EXIT_SUCCESS;
        close(fd);
    }
    free(probes);
    return status;
}
