// The launcher process: see apus_sandbox.h. Plain C, one thread, no allocation after start but one buffer.
#define _GNU_SOURCE
#include "apus_sandbox.h"
#include "child.h"
#include "template.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct entry {
    uint64_t environment;
    pid_t pid;
    uint32_t user;
};

static struct entry *entries;
static size_t entry_count, entry_capacity;
static int commands_fd, events_fd;

static void report(const struct apus_event *event) {
    ssize_t written;
    do written = write(events_fd, event, sizeof *event);
    while (written < 0 && errno == EINTR);
}

static struct entry *find_environment(uint64_t environment) {
    for (size_t i = 0; i < entry_count; i++)
        if (entries[i].environment == environment) return &entries[i];
    return NULL;
}

static struct entry *find_process(pid_t pid) {
    for (size_t i = 0; i < entry_count; i++)
        if (entries[i].pid == pid) return &entries[i];
    return NULL;
}

static int remember(struct entry entry) {
    if (entry_count == entry_capacity) {
        size_t capacity = entry_capacity ? entry_capacity * 2 : 64;
        struct entry *grown = realloc(entries, capacity * sizeof *grown);
        if (!grown) return ENOMEM;
        entries = grown;
        entry_capacity = capacity;
    }
    entries[entry_count++] = entry;
    return 0;
}

/// Kills every process of a user that environments have to themselves: kill(-1) as that user reaches just those.
static void kill_user(uint32_t user) {
    pid_t pid = fork();
    if (pid == 0) {
        if (setresgid(user, user, user) == 0 && setresuid(user, user, user) == 0) kill(-1, SIGKILL);
        _exit(0);
    }
    if (pid > 0)
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
}

static void kill_entry(const struct entry *entry) {
    kill(-entry->pid, SIGKILL);
    if (entry->user != APUS_SAME_USER) kill_user(entry->user);
}

/// Reaps what has ended. The group is killed before its leader is reaped: until then its id cannot be given out again.
static void reap(void) {
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0) return;
        struct entry *entry = find_process(info.si_pid);
        if (entry) kill_entry(entry);
        int status = 0;
        struct rusage usage = {0};
        if (wait4(info.si_pid, &status, 0, &usage) < 0) return;
        if (!entry) continue;  // an orphan of an environment
        struct apus_event event = {
            .environment = entry->environment,
            .kind = APUS_EVENT_EXITED,
            .pid = info.si_pid,
            .value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
            .detail = WIFSIGNALED(status) ? 1 : 0,
            .peak_kib = usage.ru_maxrss,
        };
        *entry = entries[--entry_count];
        report(&event);
    }
}

/// `door`: of the template that is to fork it, or -1.
static void spawn(const char *message, size_t length, int output, int door) {
    const struct apus_command *command = (const struct apus_command *)message;
    struct apus_event event = {.environment = command->environment};
    int stage = APUS_STAGE_COMMAND;
    pid_t pid = -1;
    int failure = output < 0 ? EBADF : 0;
    if (!failure && door >= 0) {
        failure = apus_template_start(message, length, output, door, &pid);
        if (failure) {
            // No EXITED: the server starts it without the template, in the same place.
            event.kind = APUS_EVENT_FAILED;
            event.value = failure;
            event.detail = APUS_STAGE_TEMPLATE;
            report(&event);
            return;
        }
    } else if (!failure) {
        failure = apus_child_start(message, length, output, events_fd, &pid, &stage);
    }
    if (failure == 0) failure = remember((struct entry){command->environment, pid, command->user});
    if (failure != 0) {
        if (pid > 0) kill(pid, SIGKILL);
        event.kind = APUS_EVENT_FAILED;
        event.value = failure;
        event.detail = stage;
        report(&event);
        event.kind = APUS_EVENT_EXITED;
        event.value = 127;
        event.detail = 0;
    } else {
        event.kind = APUS_EVENT_STARTED;
        event.pid = pid;
    }
    report(&event);
}

/// Takes one command. Returns 0 when the server has gone.
static int take_command(char *buffer) {
    struct iovec vector = {buffer, APUS_COMMAND_MAXIMUM};
    union { struct cmsghdr header; char bytes[CMSG_SPACE(APUS_DESCRIPTORS_MAXIMUM * sizeof(int))]; } control;
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(commands_fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (length < 0) return errno == EAGAIN || errno == EINTR;
    if (length == 0) return 0;
    int descriptors[APUS_DESCRIPTORS_MAXIMUM] = {-1, -1};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
        && header->cmsg_len <= CMSG_LEN(sizeof descriptors))
        memcpy(descriptors, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
    if ((size_t)length >= sizeof(struct apus_command)) {
        const struct apus_command *command = (const struct apus_command *)buffer;
        if (command->kind == APUS_COMMAND_SPAWN) {
            spawn(buffer, (size_t)length, descriptors[0], descriptors[1]);
        } else if (command->kind == APUS_COMMAND_SIGNAL) {
            struct entry *entry = find_environment(command->environment);
            if (entry) kill(-entry->pid, command->signal);
        }
    }
    for (int i = 0; i < APUS_DESCRIPTORS_MAXIMUM; i++)
        if (descriptors[i] >= 0) close(descriptors[i]);
    return 1;
}

/// Kills all descendants: those that left their group come back to us as the subreaper, one generation a round.
static void end_everything(void) {
    for (size_t i = 0; i < entry_count; i++) kill_entry(&entries[i]);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    for (int round = 0; round < 200; round++) {
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {}
        if (pid < 0) return;
        FILE *children = fopen(path, "re");
        int child;
        while (children && fscanf(children, "%d", &child) == 1) kill(child, SIGKILL);
        if (children) fclose(children);
        nanosleep(&(struct timespec){.tv_nsec = 5 * 1000 * 1000}, NULL);
    }
}

static void run(void) {
    prctl(PR_SET_NAME, "apus-launcher");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    close_range(events_fd + 1, ~0U, 0);
    fcntl(commands_fd, F_SETFD, FD_CLOEXEC);
    fcntl(events_fd, F_SETFD, FD_CLOEXEC);
    const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_SETMASK, &signals, NULL);
    int ended = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    char *buffer = malloc(APUS_COMMAND_MAXIMUM);
    struct pollfd sources[] = {{.fd = commands_fd, .events = POLLIN}, {.fd = ended, .events = POLLIN}};
    while (ended >= 0 && buffer) {
        if (poll(sources, 2, -1) < 0 && errno != EINTR) break;
        if (sources[1].revents) {
            struct signalfd_siginfo ignored_record;
            while (read(ended, &ignored_record, sizeof ignored_record) > 0) {}
            reap();
        }
        if (sources[0].revents && !take_command(buffer)) break;
    }
    end_everything();
}

/// Runs before main of whatever executable this target is linked into, and returns at once unless it is to be the launcher.
__attribute__((constructor)) static void apus_launcher_main(void) {
    const char *descriptors = getenv("APUS_LAUNCHER");
    if (!descriptors || sscanf(descriptors, "%d,%d", &commands_fd, &events_fd) != 2) return;
    run();
    _exit(0);
}
