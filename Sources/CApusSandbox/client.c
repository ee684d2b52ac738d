// The server's side of the launcher.
#define _GNU_SOURCE
#include "apus_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/// Where the launcher finds its descriptors after exec.
enum { LAUNCHER_COMMANDS = 3, LAUNCHER_EVENTS = 4 };

static int above_standard(int descriptor) {
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 16);
    close(descriptor);
    return moved;
}

static int spawn_self(int commands, int events, int namespaces, int32_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, commands, LAUNCHER_COMMANDS);
    posix_spawn_file_actions_adddup2(&actions, events, LAUNCHER_EVENTS);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    char *arguments[] = {"apus-launcher", NULL};
    char *variables[] = {namespaces ? "APUS_LAUNCHER=3,4,1" : "APUS_LAUNCHER=3,4,0", NULL};
    pid_t child = 0;
    int failure = posix_spawn(&child, "/proc/self/exe", &actions, &attributes, arguments, variables);
    *pid = child;
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failure;
}

int apus_launcher_start(struct apus_launcher *launcher, int namespaces) {
    int sockets[2], pipes[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) return errno;
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        int failure = errno;
        close(sockets[0]);
        close(sockets[1]);
        return failure;
    }
    int buffer = 1024 * 1024;
    setsockopt(sockets[0], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    int theirs = above_standard(sockets[1]), reports = above_standard(pipes[1]);
    int failure = spawn_self(theirs, reports, namespaces, &launcher->pid);
    close(theirs);
    close(reports);
    if (failure) {
        close(sockets[0]);
        close(pipes[0]);
        return failure;
    }
    fcntl(sockets[0], F_SETFL, O_NONBLOCK);
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    launcher->commands = sockets[0];
    launcher->events = pipes[0];
    return 0;
}

int apus_launcher_send(int commands, const void *bytes, size_t length, const int *descriptors, size_t count) {
    struct iovec vector = {(void *)bytes, length};
    union { struct cmsghdr header; char space[CMSG_SPACE(APUS_DESCRIPTORS_MAXIMUM * sizeof(int))]; } control;
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (count > APUS_DESCRIPTORS_MAXIMUM) return EINVAL;
    if (count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    }
    ssize_t sent;
    do sent = sendmsg(commands, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? errno : 0;
}

int apus_namespaces_try(const char *root, int network) {
    char variable[4096 + 32];
    if (snprintf(variable, sizeof variable, "APUS_LAUNCHER=%s,%s", network ? "net" : "try", root) >= (int)sizeof variable)
        return ENAMETOOLONG;
    char *arguments[] = {"apus-launcher", NULL}, *variables[] = {variable, NULL};
    pid_t pid = 0;
    int failure = posix_spawn(&pid, "/proc/self/exe", NULL, NULL, arguments, variables);
    if (failure) return failure;
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

/// A template's socket: what the server keeps, and what becomes the template's standard output.
int apus_template_pair(int *own, int *theirs) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return errno;
    int buffer = 1024 * 1024;
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    *own = ends[0];
    *theirs = ends[1];
    return 0;
}

int apus_door_send(int door, const void *message, size_t length) {
    ssize_t sent;
    do sent = send(door, message, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? errno : 0;
}

int apus_take_descriptors(int channel, int *descriptors, size_t capacity) {
    char byte;
    struct iovec vector = {&byte, 1};
    union { struct cmsghdr header; char space[CMSG_SPACE(APUS_LISTENERS_MAXIMUM * sizeof(int))]; } control;
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) < 1) return -1;
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return 0;
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    const int *taken = (const int *)CMSG_DATA(header);
    for (size_t i = 0; i < count; i++) {
        if (i < capacity) descriptors[i] = taken[i];
        else close(taken[i]);
    }
    return (int)(count < capacity ? count : capacity);
}

void apus_launcher_wait(int32_t pid, int milliseconds) {
    int handle = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd source = {.fd = handle, .events = POLLIN};
    if (handle < 0 || poll(&source, 1, milliseconds) <= 0) kill(pid, SIGKILL);
    if (handle >= 0) close(handle);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
}

int apus_run(char *const arguments[], char *output, size_t capacity, size_t *length, int milliseconds) {
    int ends[2];
    *length = 0;
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    char *variables[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", NULL};
    pid_t pid = 0;
    int failure = posix_spawn(&pid, arguments[0], &actions, NULL, arguments, variables);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    struct pollfd source = {.fd = ends[0], .events = POLLIN};
    while (failure == 0) {
        int ready = poll(&source, 1, milliseconds);
        if (ready < 0 && errno == EINTR) continue;
        char discarded[512];
        int keep = *length < capacity;
        ssize_t count = ready <= 0 ? 0
            : read(ends[0], keep ? output + *length : discarded, keep ? capacity - *length : sizeof discarded);
        if (ready == 0) kill(pid, SIGKILL);
        if (count <= 0) break;
        if (keep) *length += (size_t)count;
    }
    close(ends[0]);
    if (failure) return -failure;
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int apus_claim_user_block(uint32_t block) {
    int claim = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (claim < 0) return -1;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char name[] = "apus-user-block-";
    memcpy(address.sun_path + 1, name, sizeof name - 1);
    char *digits = address.sun_path + 1 + sizeof name - 1;
    for (int place = 7; place >= 0; place--, block >>= 4) digits[place] = "0123456789abcdef"[block & 15];
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + sizeof name - 1 + 8);
    if (bind(claim, (struct sockaddr *)&address, length) == 0) return claim;
    close(claim);
    return -1;
}

int apus_output_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[0], F_SETPIPE_SZ, 256 * 1024);  // Best effort: between two turns of the reader.
    fchmod(ends[1], 0622);                     // Its user opens /dev/stdout and /dev/stderr anew, by name.
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}
