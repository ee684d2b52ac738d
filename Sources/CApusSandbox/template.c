#define _GNU_SOURCE
#include "template.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

enum { PATIENCE_MILLISECONDS = 1000 };

/// The template's answer: a process id, the negative of an errno, or the end of the pipe.
static int wait_for_child(int pipe, pid_t *pid) {
    struct pollfd source = {.fd = pipe, .events = POLLIN};
    int ready;
    do ready = poll(&source, 1, PATIENCE_MILLISECONDS);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0) return ready == 0 ? ETIMEDOUT : errno;
    int32_t child = 0;
    if (read(pipe, &child, sizeof child) != sizeof child) return EPIPE;
    if (child < 0) return -child;
    if (child < 2) return EPIPE;
    *pid = child;
    return 0;
}

int apus_template_start(
    const char *message, size_t length, const struct apus_nest *nest, int output, int door, pid_t *pid) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    const int descriptors[3] = {output, ends[1], nest ? nest->handle : -1};
    int failure = apus_launcher_send(door, message, length, descriptors, nest ? 3 : 2);
    close(ends[1]);
    if (!failure) failure = wait_for_child(ends[0], pid);
    close(ends[0]);
    return failure;
}
