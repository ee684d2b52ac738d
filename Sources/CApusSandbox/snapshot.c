#define _GNU_SOURCE
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MILLISECONDS = 1000, PATH_BYTES = 4096 };

/// What the template or its fork says in place of a byte of any other kind where there is neither memory nor a process for a fork.
static const char NOT_NOW = '0';

/// The strings of a SPAWN that count here.
struct parts {
    const char *cgroup;
    const char *variables;
    size_t variables_length;
    const char *join_files;
    size_t join_count;
};

static const char *skip(const char *text, const char *end, size_t count) {
    for (; text && count > 0; count--) {
        text = text < end ? memchr(text, 0, (size_t)(end - text)) : NULL;
        if (text) text++;
    }
    return text;
}

static int parse(const char *message, size_t length, struct parts *parts) {
    const struct apus_command *command = (const struct apus_command *)message;
    const char *end = message + length, *text = message + sizeof *command;
    if (command->arguments != 0 || command->variables > 4096 || command->join_files > 16) return EINVAL;
    parts->cgroup = skip(text, end, 1);
    parts->variables = skip(parts->cgroup, end, 1);
    parts->join_files = skip(parts->variables, end, command->variables);
    if (!skip(parts->join_files, end, command->join_files)) return EINVAL;
    parts->variables_length = (size_t)(parts->join_files - parts->variables);
    parts->join_count = command->join_files;
    return 0;
}

/// Opens what the child enters, in its order. Returns how many there are, or a negative errno.
static int open_namespaces(const struct apus_nest *nest, uint32_t namespaces, int *handles) {
    static const struct { const char *name; uint32_t flag; } kinds[] = {
        {"user", 0}, {"pid", CLONE_NEWPID}, {"mnt", CLONE_NEWNS}, {"ipc", CLONE_NEWIPC}, {"uts", CLONE_NEWUTS}, {"net", CLONE_NEWNET}};
    int count = 0, outer = apus_outer_id(nest->pid);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].flag && !(namespaces & kinds[i].flag)) continue;
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/ns/%s", outer, kinds[i].name);
        handles[count] = open(path, O_RDONLY | O_CLOEXEC);
        if (handles[count] < 0) {
            int failure = errno;
            while (count > 0) close(handles[--count]);
            return -failure;
        }
        count++;
    }
    return count;
}

int apus_hear(int socket, pid_t *sender) {
    struct pollfd source = {.fd = socket, .events = POLLIN};
    int ready;
    do ready = poll(&source, 1, PATIENCE_MILLISECONDS);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0) return ready == 0 ? ETIMEDOUT : errno;
    char byte;
    struct iovec vector = {&byte, 1};
    union { struct cmsghdr header; char space[CMSG_SPACE(sizeof(struct ucred))]; } control;
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) != 1) return EPIPE;
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS) return EPROTO;
    struct ucred from;
    memcpy(&from, CMSG_DATA(header), sizeof from);
    if (byte == NOT_NOW) return EAGAIN;
    siginfo_t info = {0};
    if (from.pid < 2 || waitid(P_PID, (id_t)from.pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return EPROTO;
    *sender = from.pid;
    return 0;
}

static int join(const char *path, pid_t pid) {
    char number[16];
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    int length = snprintf(number, sizeof number, "%d", pid);
    int failure = write(file, number, (size_t)length) < 0 ? errno : 0;
    close(file);
    return failure;
}

static int place(const struct parts *parts, pid_t pid) {
    char path[PATH_BYTES];
    if (!*parts->cgroup) return 0;
    if (snprintf(path, sizeof path, "%s/cgroup.procs", parts->cgroup) >= (int)sizeof path) return ENAMETOOLONG;
    return join(path, pid);
}

/// Moving another's thread into a cgroup waits for all processors; a thread that moves itself does not, so it gets the open files.
static int open_joins(const struct parts *parts, int *handles) {
    const char *file = parts->join_files;
    for (size_t i = 0; i < parts->join_count; i++, file += strlen(file) + 1) {
        handles[i] = open(file, O_WRONLY | O_CLOEXEC);
        if (handles[i] >= 0) continue;
        int failure = errno;
        while (i > 0) close(handles[--i]);
        return failure;
    }
    return 0;
}

static int ask(
    const struct apus_command *command, const struct parts *parts, const struct apus_nest *nest, int output, int door, int theirs) {
    int descriptors[APUS_DESCRIPTORS_MAXIMUM] = {output, theirs};
    int opened = open_namespaces(nest, command->namespaces, descriptors + 2);
    if (opened < 0) return -opened;
    const struct apus_snapshot_request request = {
        command->user, command->group, command->variables, (uint32_t)opened};
    const int fits = 2 + (size_t)opened + parts->join_count <= APUS_DESCRIPTORS_MAXIMUM;
    const int joined = fits ? open_joins(parts, descriptors + 2 + opened) : E2BIG;
    if (joined) {
        for (int i = 0; i < opened; i++) close(descriptors[2 + i]);
        return joined;
    }
    opened += (int)parts->join_count;
    size_t length = sizeof request + parts->variables_length;
    char *bytes = malloc(length);
    int failure = bytes ? 0 : ENOMEM;
    if (bytes) {
        memcpy(bytes, &request, sizeof request);
        memcpy(bytes + sizeof request, parts->variables, parts->variables_length);
        failure = apus_launcher_send(door, bytes, length, descriptors, (size_t)opened + 2);
        explicit_bzero(bytes, length);
        free(bytes);
    }
    for (int i = 0; i < opened; i++) close(descriptors[2 + i]);
    return failure;
}

int apus_snapshot_start(
    const char *message, size_t length, const struct apus_nest *nest, int output, int door, pid_t *pid) {
    struct parts parts;
    int ends[2], yes = 1;
    pid_t between = -1;
    int failure = parse(message, length, &parts);
    if (failure) return failure;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return errno;
    if (setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) != 0) failure = errno;
    if (!failure) failure = ask((const struct apus_command *)message, &parts, nest, output, door, ends[1]);
    close(ends[1]);
    if (!failure) failure = apus_hear(ends[0], &between);
    if (!failure) failure = place(&parts, between);
    if (!failure && send(ends[0], "", 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1) failure = errno;
    if (!failure) failure = apus_hear(ends[0], pid);
    close(ends[0]);
    return failure;
}
