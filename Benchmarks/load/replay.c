/* Replays the requests of a file, each as "<length>\n<bytes>", over kept connections with one request under way on each.

       replay HOST PORT CONNECTIONS SECONDS FILE [once]

   One thread and three system calls for a request, so that it takes little of the processors that it shares with the server.
   With `once` each request is to be sent once; it says when they did not suffice. Prints one line: requests, seconds, failed,
   latencies in µs, and what it itself took of the processor for each request. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RESPONSE_BYTES (1 << 20)
/* Latencies are counted by the µs; longer ones as this. */
#define LATEST 4000000

struct request {
    const char *bytes;
    size_t count;
};
struct connection {
    int fd;
    double sent;
    /* What came of an answer that is not whole yet; NULL where nothing did. */
    char *kept;
    size_t kept_count;
};

static struct request *requests;
static size_t request_count, next_request, sent_count;
static int is_once, has_told;
static struct sockaddr_in server;
static uint32_t latencies[LATEST + 1];
static uint64_t answered, failed;
static char buffer[RESPONSE_BYTES];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* In µs. */
static double processor_time(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6
        + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) die(path);
    size_t count, capacity = 0;
    while (fscanf(file, "%zu", &count) == 1) {
        if (fgetc(file) != '\n') die("a length without a line break");
        if (request_count == capacity) {
            capacity = capacity ? 2 * capacity : 1024;
            requests = realloc(requests, capacity * sizeof *requests);
        }
        char *bytes = malloc(count);
        if (!requests || !bytes || fread(bytes, 1, count, file) != count) die("a request");
        requests[request_count++] = (struct request){bytes, count};
    }
    fclose(file);
    if (request_count == 0) die("no request");
}

static void open_connection(struct connection *connection, int poll) {
    int one = 1;
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 || connect(connection->fd, (struct sockaddr *)&server, sizeof server) != 0) die("connect");
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, connection->fd, &event) != 0) die("epoll_ctl");
    connection->kept_count = 0;
}

/* The next request. Nothing of an earlier one is under way, so that it fits into the socket or the server reads it. */
static void ask(struct connection *connection) {
    struct request request = requests[next_request];
    next_request = (next_request + 1) % request_count;
    if (is_once && ++sent_count == request_count + 1)
        fprintf(stderr, "there were too few requests: some were sent twice\n");
    connection->sent = now();
    for (size_t done = 0; done < request.count;) {
        ssize_t count = send(connection->fd, request.bytes + done, request.count - done, MSG_NOSIGNAL);
        /* A peer that has closed is seen when its end-of-file is read. */
        if (count < 0) return;
        done += (size_t)count;
    }
}

/* The value of a header field in text that ends with a NUL; NULL where there is none. */
static const char *field(const char *head, const char *name) {
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':') return line + 3 + length;
    return NULL;
}

/* Whether `text`, which ends with a NUL, begins with a whole answer; notes a failure. */
static int is_whole(char *text, size_t count) {
    char *end = strstr(text, "\r\n\r\n");
    if (!end) return 0;
    end[2] = 0;
    const char *length = field(text, "content-length");
    int is_chunked = !length && field(text, "transfer-encoding") != NULL;
    end[2] = '\r';
    const char *body = end + 4;
    size_t there = count - (size_t)(body - text);
    if (length && there < strtoull(length, NULL, 10)) return 0;
    if (is_chunked && (there < 5 || memcmp(text + count - 5, "0\r\n\r\n", 5) != 0)) return 0;
    int status = count > 12 ? atoi(text + 9) : 0;
    if (status < 200 || status >= 300) {
        failed++;
        if (!has_told) fprintf(stderr, "status %d %.300s\n", status, body);
        has_told = 1;
    }
    return 1;
}

static void lose(struct connection *connection, int poll) {
    failed++;
    close(connection->fd);
    open_connection(connection, poll);
    ask(connection);
}

static void take(struct connection *connection, int poll) {
    size_t before = connection->kept_count;
    if (before > 0) memcpy(buffer, connection->kept, before);
    ssize_t count = recv(connection->fd, buffer + before, sizeof buffer - before - 1, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return lose(connection, poll);
    size_t total = before + (size_t)count;
    buffer[total] = 0;
    if (!is_whole(buffer, total)) {
        if (total + 1 >= sizeof buffer) die("an answer that is too long");
        connection->kept = realloc(connection->kept, total);
        if (!connection->kept) die("memory");
        memcpy(connection->kept, buffer, total);
        connection->kept_count = total;
        return;
    }
    connection->kept_count = 0;
    double took = (now() - connection->sent) * 1e6;
    latencies[took < LATEST ? (size_t)took : LATEST]++;
    answered++;
    ask(connection);
}

static uint64_t percentile(double part) {
    uint64_t wanted = (uint64_t)((double)answered * part), seen = 0;
    for (size_t us = 0; us <= LATEST; us++)
        if ((seen += latencies[us]) > wanted) return us;
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 6) {
        fprintf(stderr, "usage: %s HOST PORT CONNECTIONS SECONDS FILE [once]\n", argv[0]);
        return 2;
    }
    server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) die(argv[1]);
    int count = atoi(argv[3]);
    double seconds = atof(argv[4]);
    load(argv[5]);
    is_once = argc > 6 && strcmp(argv[6], "once") == 0;
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct connection *connections = calloc((size_t)count, sizeof *connections);
    if (poll < 0 || !connections) die("epoll");
    for (int i = 0; i < count; i++) open_connection(&connections[i], poll);
    double start = now(), end = start + seconds, processor = processor_time();
    for (int i = 0; i < count; i++) ask(&connections[i]);
    struct epoll_event events[256];
    while (now() < end) {
        int ready = epoll_wait(poll, events, 256, 100);
        for (int i = 0; i < ready; i++) take(events[i].data.ptr, poll);
    }
    seconds = now() - start;
    processor = processor_time() - processor;
    printf(
        "RESULT requests=%llu seconds=%.3f failed=%llu p50=%llu p99=%llu client=%.2f\n", (unsigned long long)answered,
        seconds, (unsigned long long)failed, (unsigned long long)percentile(0.5), (unsigned long long)percentile(0.99),
        processor / (double)(answered ? answered : 1));
    return 0;
}
