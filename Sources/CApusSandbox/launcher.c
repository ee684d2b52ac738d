// The launcher process: see apus_sandbox.h. Plain C, one thread, no allocation after start but one buffer.
#define _GNU_SOURCE
#include "apus_sandbox.h"
#include "child.h"
#include "nest.h"
#include "network.h"
#include "snapshot.h"
#include "template.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct entry {
    uint64_t environment;
    /// 0 once it has been reaped, and its nest is on its way out.
    pid_t pid;
    uint32_t user;
    /// The first process of its nest; 0: it has none.
    pid_t nest;
    /// The template of its function's version that has forked it, in whose nest its own lies; 0: none.
    uint64_t snapshot;
    /// What is reported when the nest has ended.
    struct apus_event end;
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

/// The environment whose first process, or whose nest's, this is.
static struct entry *find_process(pid_t pid) {
    for (size_t i = 0; i < entry_count; i++)
        if (entries[i].pid == pid || entries[i].nest == pid) return &entries[i];
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

static int has_forks(uint64_t environment) {
    for (size_t i = 0; i < entry_count; i++)
        if (entries[i].snapshot == environment) return 1;
    return 0;
}

/// Takes an entry out. The nest of a template that has ended goes with the last of those that lie in it.
static void forget(struct entry *entry) {
    uint64_t snapshot = entry->snapshot;
    *entry = entries[--entry_count];
    struct entry *template = snapshot ? find_environment(snapshot) : NULL;
    if (template && template->pid == 0 && template->nest > 0 && !has_forks(snapshot)) kill(template->nest, SIGKILL);
}

/// Its group; itself where it has none yet, since it was forked just now and makes one as the first thing that it does.
static void send_signal(const struct entry *entry, int number) {
    if (entry->pid > 0 && kill(-entry->pid, number) != 0 && errno == ESRCH) kill(entry->pid, number);
}

/// What a nest holds dies with its first process, the nests of a template's forks too: their time is not over with the template's.
/// Nothing is killed in the template's user's name then: who owns the user namespace of a nest may kill what is in it.
static void kill_entry(const struct entry *entry) {
    send_signal(entry, SIGKILL);
    if (entry->nest > 0) {
        if (!has_forks(entry->environment)) kill(entry->nest, SIGKILL);
    } else if (entry->user != APUS_SAME_USER) {
        kill_user(entry->user);
    }
}

/// Reaps what has ended. The group is killed before its leader is reaped: until then its id cannot be given out again.
static void reap(void) {
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0) return;
        struct entry *entry = find_process(info.si_pid);
        if (entry && entry->pid == info.si_pid) kill_entry(entry);
        int status = 0;
        struct rusage usage = {0};
        if (wait4(info.si_pid, &status, 0, &usage) < 0) return;
        if (!entry) continue;  // an orphan of an environment
        if (entry->nest == info.si_pid) {
            // It ends last: the kernel waits for all processes of the nest, and for its first to be reaped here.
            struct apus_event end = entry->end;
            forget(entry);
            report(&end);
            continue;
        }
        struct apus_event event = {
            .environment = entry->environment,
            .kind = APUS_EVENT_EXITED,
            .pid = info.si_pid,
            .value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
            .detail = WIFSIGNALED(status) ? 1 : 0,
            .peak_kib = usage.ru_maxrss,
        };
        if (entry->nest > 0) {
            entry->pid = 0;
            entry->end = event;
            continue;
        }
        forget(entry);
        report(&event);
    }
}

/// Why an environment was not made: FAILED alone where its template is at fault, which it can do without; else EXITED too.
static void report_failure(uint64_t environment, int failure, int stage) {
    struct apus_event event = {.environment = environment, .kind = APUS_EVENT_FAILED, .value = failure, .detail = stage};
    report(&event);
    if (stage == APUS_STAGE_TEMPLATE) return;
    event = (struct apus_event){.environment = environment, .kind = APUS_EVENT_EXITED, .value = 127};
    report(&event);
}

static void end_nest(struct apus_nest *nest) {
    if (nest->pid <= 0) return;
    kill(nest->pid, SIGKILL);
    while (waitpid(nest->pid, NULL, 0) < 0 && errno == EINTR) {}
}

/// `door`: of the template that is to fork it, or -1; `input`: its standard input, or -1; `channel`: for the sockets of its network,
/// or -1.
static void spawn(const char *message, size_t length, int output, int door, int input, int channel) {
    const struct apus_command *command = (const struct apus_command *)message;
    struct apus_nest nest = {.handle = -1};
    int stage = APUS_STAGE_COMMAND, mount = 0;
    pid_t pid = -1;
    int failure = output < 0 ? EBADF : 0;
    struct apus_nest_owner owner = {0};
    if (!failure && command->snapshot) {
        const struct entry *template = find_environment(command->snapshot);
        if (!template || template->pid <= 0 || template->nest <= 0 || door < 0)
            return report_failure(command->environment, ESRCH, APUS_STAGE_TEMPLATE);
        owner = (struct apus_nest_owner){template->nest, template->user};
    }
    if (!failure && command->namespaces) {
        failure = apus_nest_start(message, length, channel, command->snapshot ? &owner : NULL, &nest, &mount);
        // Where a nest of this kind cannot be had, there is another way to start.
        if (failure && command->snapshot && mount != APUS_NETWORK_FAILED)
            return report_failure(command->environment, failure, APUS_STAGE_TEMPLATE);
        if (failure && mount == APUS_NETWORK_FAILED) return report_failure(command->environment, failure, APUS_STAGE_NETWORK);
        if (failure) return report_failure(command->environment, failure, APUS_STAGE_NAMESPACES | mount << 8);
    }
    const struct apus_nest *place = nest.pid > 0 ? &nest : NULL;
    if (!failure && door >= 0) {
        failure = command->snapshot ? apus_snapshot_start(message, length, place, output, door, &pid)
                                    : apus_template_start(message, length, place, output, door, &pid);
        if (failure) stage = APUS_STAGE_TEMPLATE;
    } else if (!failure) {
        failure = apus_child_start(message, length, place, input, output, events_fd, &pid, &stage);
    }
    if (place) close(nest.handle);
    if (failure == 0)
        failure = remember((struct entry){.environment = command->environment, pid, command->user, .nest = nest.pid, .snapshot = command->snapshot});
    if (failure != 0) {
        if (pid > 0) kill(pid, SIGKILL);
        end_nest(&nest);
        return report_failure(command->environment, failure, stage);
    }
    struct apus_event event = {.environment = command->environment, .kind = APUS_EVENT_STARTED, .pid = apus_outer_id(pid)};
    report(&event);
}

/// What has no entry has ended, and its end is told already.
static void add_mounts(const char *message, size_t length) {
    struct entry *entry = find_environment(((const struct apus_command *)message)->environment);
    if (!entry) return;
    if (entry->pid <= 0 || entry->nest <= 0 || apus_nest_add(message, length, entry->nest) != 0) return kill_entry(entry);
    struct apus_event event = {
        .environment = entry->environment, .kind = APUS_EVENT_STARTED, .pid = apus_outer_id(entry->pid)};
    report(&event);
}

static void connect_to(const struct apus_command *command, int channel) {
    const struct entry *entry = find_environment(command->environment);
    int failure = entry && entry->nest > 0 && channel >= 0
        ? apus_network_connect(entry->nest, command, channel, events_fd) : ESRCH;
    struct apus_event event = {
        .environment = command->environment, .kind = APUS_EVENT_CONNECTED, .value = failure, .detail = (int32_t)command->number};
    if (failure) report(&event);
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
    int descriptors[APUS_DESCRIPTORS_MAXIMUM];
    for (int i = 0; i < APUS_DESCRIPTORS_MAXIMUM; i++) descriptors[i] = -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
        && header->cmsg_len <= CMSG_LEN(sizeof descriptors))
        memcpy(descriptors, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
    if ((size_t)length >= sizeof(struct apus_command)) {
        const struct apus_command *command = (const struct apus_command *)buffer;
        if (command->kind == APUS_COMMAND_SPAWN) {
            int next = 1;
            int door = command->arguments == 0 ? descriptors[next++] : -1;
            int input = command->has_input && next == 1 ? descriptors[next++] : -1;
            int channel = command->namespaces & CLONE_NEWNET ? descriptors[next] : -1;
            spawn(buffer, (size_t)length, descriptors[0], door, input, channel);
        } else if (command->kind == APUS_COMMAND_CONNECT) {
            connect_to(command, descriptors[0]);
        } else if (command->kind == APUS_COMMAND_SIGNAL) {
            struct entry *entry = find_environment(command->environment);
            if (entry) send_signal(entry, command->signal);
        } else if (command->kind == APUS_COMMAND_MOUNT) {
            add_mounts(buffer, (size_t)length);
        }
    }
    // A command has an environment's credentials; processes that are forked for another one have this memory.
    explicit_bzero(buffer, (size_t)length);
    for (int i = 0; i < APUS_DESCRIPTORS_MAXIMUM; i++)
        if (descriptors[i] >= 0) close(descriptors[i]);
    return 1;
}

/// Kills all descendants: those that left their group come back to us as the subreaper, one generation a round.
static void end_everything(void) {
    for (size_t i = 0; i < entry_count; i++) kill_entry(&entries[i]);
    for (int round = 0; round < 200; round++) {
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {}
        if (pid < 0) return;
        if (getpid() == 1) kill(-1, SIGKILL);  // All there is in its process namespace; what follows has the host's numbers.
        FILE *children = getpid() == 1 ? NULL : fopen("/proc/thread-self/children", "re");
        int child;
        while (children && fscanf(children, "%d", &child) == 1) kill(child, SIGKILL);
        if (children) fclose(children);
        nanosleep(&(struct timespec){.tv_nsec = 5 * 1000 * 1000}, NULL);
    }
}

static void run(int namespaces) {
    prctl(PR_SET_NAME, "apus-launcher");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    close_range(events_fd + 1, ~0U, 0);
    fcntl(commands_fd, F_SETFD, FD_CLOEXEC);
    fcntl(events_fd, F_SETFD, FD_CLOEXEC);
    const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    if (namespaces) apus_nest_prepare();  // Where it fails, each environment's start says so.
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

/// Makes a nest as environments have it, and a process in it that gets as far as exec. Returns 0 or an errno.
static int try_nest(const char *root, int network) {
    static const char *const rest[] = {
        "b", "/usr", "/usr", "t", "size=1m", "/tmp", "p", "", "/proc", "d", "/dev/null", "/dev/null"};
    static const char *const listeners[] = {"a", "t 127.0.0.1 53", "u 127.0.0.1 53"};
    const char *const first[] = {"/", "", "/nothing", root};
    struct { struct apus_command command; char text[8192]; } message = {
        .command = {.kind = APUS_COMMAND_SPAWN, .user = APUS_SAME_USER, .maximum_processes = APUS_UNCHANGED,
            .maximum_files = APUS_UNCHANGED, .maximum_file_bytes = APUS_UNCHANGED, .maximum_data_bytes = APUS_UNCHANGED,
            .arguments = 1, .namespaces = apus_namespace_flags(network), .mounts = sizeof rest / sizeof *rest / 3,
            .listeners = network ? sizeof listeners / sizeof *listeners : 0}};
    char *end = message.text;
    if (strlen(root) > 4096) return ENAMETOOLONG;
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) end = stpcpy(end, first[i]) + 1;
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) end = stpcpy(end, rest[i]) + 1;
    for (size_t i = 0; i < message.command.listeners; i++) end = stpcpy(end, listeners[i]) + 1;
    size_t length = (size_t)(end - (char *)&message);
    struct apus_nest nest = {0};
    int mount, stage, ends[2], own = -1, theirs = -1;
    pid_t pid;
    int failure = apus_nest_prepare();
    if (!failure && pipe2(ends, O_CLOEXEC) != 0) failure = errno;
    if (!failure) failure = apus_template_pair(&own, &theirs);
    if (!failure) failure = apus_nest_start((const char *)&message, length, theirs, NULL, &nest, &mount);
    if (!failure) failure = apus_child_start((const char *)&message, length, &nest, -1, ends[1], ends[1], &pid, &stage);
    struct apus_event event = {0};
    if (!failure && read(ends[0], &event, sizeof event) != sizeof event) failure = EPIPE;
    if (!failure && event.detail != APUS_STAGE_EXEC) failure = event.value;
    if (!failure) waitpid(pid, NULL, 0);
    end_nest(&nest);
    return failure;
}

/// Runs before main of whatever executable this target is linked into, and returns at once unless it is to be the launcher.
__attribute__((constructor)) static void apus_launcher_main(void) {
    const char *descriptors = getenv("APUS_LAUNCHER");
    int namespaces;
    if (descriptors && strncmp(descriptors, "try,", 4) == 0) _exit(try_nest(descriptors + 4, 0));
    if (descriptors && strncmp(descriptors, "net,", 4) == 0) _exit(try_nest(descriptors + 4, 1));
    if (!descriptors || sscanf(descriptors, "%d,%d,%d", &commands_fd, &events_fd, &namespaces) != 3) return;
    run(namespaces);
    _exit(0);
}
