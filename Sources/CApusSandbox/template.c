#define _GNU_SOURCE
#include "template.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MILLISECONDS = 1000 };

static int hand_on(int door, const char *message, size_t length, const int descriptors[2]) {
    struct iovec vector = {(void *)message, length};
    union { struct cmsghdr header; char space[CMSG_SPACE(2 * sizeof(int))]; } control;
    memset(&control, 0, sizeof control);
    struct msghdr packet = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors, 2 * sizeof(int));
    ssize_t sent;
    do sent = sendmsg(door, &packet, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? errno : 0;
}

/// The template's answer: a process id, or the end of the pipe.
static int wait_for_child(int pipe, pid_t *pid) {
    struct pollfd source = {.fd = pipe, .events = POLLIN};
    int ready;
    do ready = poll(&source, 1, PATIENCE_MILLISECONDS);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0) return ready == 0 ? ETIMEDOUT : errno;
    int32_t child = 0;
    if (read(pipe, &child, sizeof child) != sizeof child || child < 2) return EPIPE;
    *pid = child;
    return 0;
}

int apus_template_start(const char *message, size_t length, int output, int door, pid_t *pid) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    const int descriptors[2] = {output, ends[1]};
    int failure = hand_on(door, message, length, descriptors);
    close(ends[1]);
    if (!failure) failure = wait_for_child(ends[0], pid);
    close(ends[0]);
    return failure;
}
