#define _GNU_SOURCE
#include "nest.h"
#include "confine.h"
#include "network.h"
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// Mount attributes and calls, which headers of this age may not have.
enum { READ_ONLY = 1, NO_SETUID = 2, NO_DEVICES = 4, NO_PROGRAMS = 8 };
enum { CALL_OPEN_TREE = 428, CALL_MOVE_MOUNT = 429, CALL_MOUNT_SETATTR = 442 };
enum { TREE_CLONE = 1, TREE_RECURSIVE = 0x8000, FROM_EMPTY_PATH = 4, EMPTY_PATH = 0x1000 };
enum { PATIENCE_MILLISECONDS = 3000, PATH_BYTES = 4096, ADDED_MAXIMUM = 8 };

struct answer { int32_t failure, mount; };

uint32_t apus_namespace_flags(int network) {
    return CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | (network ? CLONE_NEWNET : 0);
}

static int set_attributes(int tree, const char *path, uint64_t attributes, int recursive) {
    const uint64_t wanted[4] = {attributes, 0, 0, 0};
    unsigned flags = (tree >= 0 && !*path ? EMPTY_PATH : 0) | (recursive ? TREE_RECURSIVE : 0);
    return syscall(CALL_MOUNT_SETATTR, tree >= 0 ? tree : AT_FDCWD, path, flags, wanted, sizeof wanted) == 0 ? 0 : errno;
}

/// Makes the folders on the way to `path`, and itself a folder or an empty file.
static int make_place(char *path, size_t root_length, int is_folder) {
    for (char *slash = path + root_length + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        int failure = mkdir(path, 0755) != 0 && errno != EEXIST ? errno : 0;
        *slash = '/';
        if (failure) return failure;
    }
    if (is_folder) return mkdir(path, 0755) != 0 && errno != EEXIST ? errno : 0;
    // In an image, which is read-only, it is there.
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISREG(status.st_mode)) return 0;
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return errno;
    close(file);
    return 0;
}

static int bind_tree(const char *source, char *target, size_t root_length, uint64_t attributes) {
    int tree = (int)syscall(CALL_OPEN_TREE, AT_FDCWD, source, TREE_CLONE | O_CLOEXEC | TREE_RECURSIVE);
    if (tree < 0) return errno;
    struct stat status;
    int failure = fstat(tree, &status) != 0 ? errno : make_place(target, root_length, S_ISDIR(status.st_mode));
    if (!failure) failure = set_attributes(tree, "", attributes, 1);
    if (!failure && syscall(CALL_MOVE_MOUNT, tree, "", AT_FDCWD, target, FROM_EMPTY_PATH) != 0) failure = errno;
    close(tree);
    return failure;
}

static int new_mount(const char *type, const char *options, char *target, size_t root_length, unsigned long flags) {
    int failure = make_place(target, root_length, 1);
    if (failure) return failure;
    return mount("apus", target, type, flags, options) == 0 ? 0 : errno;
}

static int carry_out(const char *root, char what, const char *source, const char *place) {
    char target[PATH_BYTES];
    size_t length = strlen(root);
    if (snprintf(target, sizeof target, "%s%s", root, place) >= (int)sizeof target) return ENAMETOOLONG;
    switch (what) {
    case 'b': return bind_tree(source, target, length, READ_ONLY | NO_SETUID | NO_DEVICES);
    case 'w': return bind_tree(source, target, length, NO_SETUID | NO_DEVICES);
    case 'd': return bind_tree(source, target, length, NO_SETUID | NO_PROGRAMS);
    case 't': return new_mount("tmpfs", source, target, length, MS_NOSUID | MS_NODEV);
    case 'o': return new_mount("overlay", source, target, length, MS_NOSUID | MS_NODEV | MS_RDONLY);
    case 'p': return new_mount("proc", NULL, target, length, MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY);
    case 'l': return symlink(source, target) == 0 ? 0 : errno;
    case 'm': return make_place(target, length, 1);
    default: return EINVAL;
    }
}

/// `strings`: the root, and three for each mount.
static int build(const struct apus_command *command, const char **strings, int *number) {
    const char *root = strings[0];
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return errno;
    if (mount("apus", root, "tmpfs", MS_NOSUID | MS_NODEV, "size=4m,mode=755") != 0) return errno;
    for (uint32_t i = 0; i < command->mounts; i++) {
        const char **strings_of_mount = strings + 1 + 3 * i;
        int failure = carry_out(root, *strings_of_mount[0], strings_of_mount[1], strings_of_mount[2]);
        if (failure) {
            *number = (int)i + 1;
            return failure;
        }
    }
    if (chdir(root) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        return errno;
    if (sethostname("lambda", 6) != 0) {}  // A service manager may forbid it; it is for looks.
    return set_attributes(-1, "/", READ_ONLY | NO_SETUID | NO_DEVICES, 0);
}

static int become(const struct apus_command *command) {
    if (command->user == APUS_SAME_USER) return 0;
    if (setgroups(0, NULL) != 0 || setresgid(command->group, command->group, command->group) != 0
        || setresuid(command->user, command->user, command->user) != 0)
        return errno;
    return 0;
}

static int open_network(const struct apus_command *command, const char **strings, int channel, int *number) {
    if (!(command->namespaces & CLONE_NEWNET)) return 0;
    int failure = apus_network_open(strings + 1 + 3 * command->mounts, command->listeners, channel);
    if (failure) *number = APUS_NETWORK_FAILED;
    return failure;
}

/// In a user namespace of a template's user, once the launcher has mapped its ids: what it makes belongs to somebody there.
static int become_owner(const struct apus_nest_owner *owner, int talk) {
    char byte = 0;
    if (write(talk, &byte, 1) != 1 || read(talk, &byte, 1) != 1) return EPIPE;
    if (owner->user == APUS_SAME_USER) return 0;
    return setresgid(owner->user, owner->user, owner->user) != 0 || setresuid(owner->user, owner->user, owner->user) != 0 ? errno : 0;
}

/// Nobody in the nest shall have the number that the template has in its own, or libraries would not see that they were forked, and
/// give out the same random numbers in each fork.
static int use_up_number(void) {
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    if (pid < 0) return errno;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    return 0;
}

/// Process 1. It has one descriptor, until it has answered. `talk`: with an `owner`, to the launcher.
__attribute__((noreturn)) static void hold(
    const struct apus_command *command, const char **strings, const struct apus_nest_owner *owner, int talk, int channel,
    int pipe) {
    struct answer answer = {0, 0};
    umask(022);
    if (owner) answer.failure = become_owner(owner, talk);
    if (owner && !answer.failure) answer.failure = use_up_number();
    if (!answer.failure) answer.failure = open_network(command, strings, channel, &answer.mount);
    if (!answer.failure) answer.failure = build(command, strings, &answer.mount);
    if (!answer.failure) answer.failure = become(command);
    if (!answer.failure && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) answer.failure = errno;
    if (!answer.failure) answer.failure = apus_confine(APUS_CONFINED);
    // Kept by nobody else: the answer fails where the launcher has ended already.
    if (dup2(pipe, 0) != 0) _exit(127);
    close_range(1, ~0U, 0);
    if (write(0, &answer, sizeof answer) != sizeof answer || answer.failure) _exit(127);
    close(0);
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, NULL);
    for (;;) {
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
        sigwaitinfo(&ended, NULL);
    }
}

/// Where the strings of the nest begin, behind those of the process. NULL: the message is not what its header says.
static const char **strings_of_nest(const char *message, size_t length) {
    const struct apus_command *command = (const struct apus_command *)message;
    if (command->arguments > 4096 || command->variables > 4096 || command->join_files > 16 || command->mounts > 256
        || command->listeners > APUS_LISTENERS_MAXIMUM)
        return NULL;
    size_t before = 2 + command->arguments + command->variables + command->join_files;
    size_t own = 1 + 3 * command->mounts + command->listeners;
    const char **table = calloc(own, sizeof *table);
    const char *text = message + sizeof *command, *end = message + length;
    for (size_t i = 0; table && i < before + own; i++) {
        const char *stop = memchr(text, 0, (size_t)(end - text));
        if (!stop) {
            free(table);
            return NULL;
        }
        if (i >= before) table[i - before] = text;
        text = stop + 1;
    }
    return table;
}

static int wait_for(int pipe, struct answer *answer) {
    struct pollfd source = {.fd = pipe, .events = POLLIN};
    int ready;
    do ready = poll(&source, 1, PATIENCE_MILLISECONDS);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0) return ready == 0 ? ETIMEDOUT : errno;
    return read(pipe, answer, sizeof *answer) == sizeof *answer ? answer->failure : EPIPE;
}

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    int failure = write(file, text, strlen(text)) < 0 ? errno : 0;
    close(file);
    return failure;
}

pid_t apus_outer_id(pid_t pid) {
    if (getpid() != 1) return pid;
    int handle = (int)syscall(SYS_pidfd_open, pid, 0);
    char text[64];
    snprintf(text, sizeof text, "/proc/self/fdinfo/%d", handle);
    FILE *facts = fopen(text, "re");
    int outer = 0;
    while (facts && fgets(text, sizeof text, facts))
        if (sscanf(text, "Pid: %d", &outer) == 1) break;
    if (facts) fclose(facts);
    if (handle >= 0) close(handle);
    return outer;
}

/// The owner and the environment's user have the same ids within and without.
static int map_ids(pid_t pid, const struct apus_nest_owner *owner, const struct apus_command *command) {
    const int is_same = owner->user == APUS_SAME_USER;
    pid_t outer = apus_outer_id(pid);
    int failure = 0;
    for (int group = 0; group < 2 && !failure; group++) {
        char path[64], map[64];
        unsigned first = is_same ? (group ? getegid() : geteuid()) : owner->user, other = group ? command->group : command->user;
        snprintf(path, sizeof path, "/proc/%d/%s", outer, group ? "gid_map" : "uid_map");
        if (is_same || other == first) snprintf(map, sizeof map, "%u %u 1", first, first);
        else snprintf(map, sizeof map, "%u %u 1\n%u %u 1", first, first, other, other);
        failure = write_file(path, map);
    }
    return failure;
}

/// In a process below the process namespace of the template: goes on as the owner's in the new nest, a child of the launcher's.
static void clone_as(const struct apus_nest_owner *owner, uint64_t flags) {
    struct clone_args arguments = {.flags = flags | CLONE_NEWUSER | CLONE_PARENT};
    // All rights are kept as that user.
    if (owner->user != APUS_SAME_USER
        && (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) != 0 || setresuid(-1, owner->user, -1) != 0))
        _exit(errno);
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid != 0) _exit(pid < 0 ? errno : 0);
}

/// Makes the process that clones the nest's first one, which returns from here too. Nobody makes a process namespace in one that he
/// is not in himself. Returns -1 in the launcher, 0 in the nest.
static int fork_below(const struct apus_nest_owner *owner, uint64_t flags, int *failure) {
    int home = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC), handle = (int)syscall(SYS_pidfd_open, owner->nest, 0);
    *failure = home < 0 || handle < 0 || setns(handle, CLONE_NEWPID) != 0 ? errno : 0;
    if (!*failure) {
        pid_t pid = fork();
        if (pid == 0) {
            clone_as(owner, flags);
            return 0;
        }
        if (pid < 0) *failure = errno;
        if (setns(home, CLONE_NEWPID) != 0) _exit(1);
        int status = 0;
        while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
        if (!*failure) *failure = WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
    }
    if (home >= 0) close(home);
    if (handle >= 0) close(handle);
    return -1;
}

/// The launcher's side of becoming an owner's nest: who is it, and whose are its ids?
static int receive(const struct apus_nest_owner *owner, const struct apus_command *command, int talk, struct apus_nest *nest) {
    int failure = apus_hear(talk, &nest->pid);
    if (failure) return failure;
    nest->handle = (int)syscall(SYS_pidfd_open, nest->pid, 0);
    if (nest->handle < 0) failure = errno;
    if (!failure) failure = map_ids(nest->pid, owner, command);
    if (!failure && send(talk, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1) failure = errno;
    return failure;
}

static int talk_pair(int *ends) {
    int yes = 1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return errno;
    return setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) == 0 ? 0 : errno;
}

int apus_nest_start(
    const char *message, size_t length, int channel, const struct apus_nest_owner *owner, struct apus_nest *nest, int *mount) {
    const struct apus_command *command = (const struct apus_command *)message;
    const char **strings = strings_of_nest(message, length);
    int ends[2], talk[2] = {-1, -1};
    *mount = 0;
    *nest = (struct apus_nest){.pid = -1, .handle = -1, .namespaces = (int)(command->namespaces & ~(uint32_t)CLONE_NEWPID)};
    if (!strings) return EINVAL;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        free(strings);
        return errno;
    }
    struct clone_args arguments = {
        .flags = command->namespaces | CLONE_PIDFD, .exit_signal = SIGCHLD, .pidfd = (uint64_t)(uintptr_t)&nest->handle};
    int failure = owner ? talk_pair(talk) : 0;
    if (!failure && owner) {
        if (fork_below(owner, command->namespaces, &failure) == 0) {
            close(talk[0]);
            hold(command, strings, owner, talk[1], channel, ends[1]);
        }
        close(talk[1]);
        talk[1] = -1;
        if (!failure) failure = receive(owner, command, talk[0], nest);
    } else if (!failure) {
        nest->pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
        if (nest->pid == 0) hold(command, strings, NULL, -1, channel, ends[1]);
        if (nest->pid < 0) failure = errno;
    }
    close(ends[1]);
    free(strings);
    for (int i = 0; i < 2; i++)
        if (talk[i] >= 0) close(talk[i]);
    struct answer answer = {0, 0};
    if (!failure) {
        failure = wait_for(ends[0], &answer);
        *mount = answer.mount;
    }
    if (failure && nest->pid > 0) {
        kill(nest->pid, SIGKILL);
        while (waitpid(nest->pid, NULL, 0) < 0 && errno == EINTR) {}
        nest->pid = -1;
    }
    if (failure && nest->handle >= 0) close(nest->handle);
    close(ends[0]);
    return failure;
}

/// The process that was started, of which the launcher is a child now: it ends with it, and as it does.
__attribute__((noreturn)) static void stand_by(pid_t launcher) {
    int status = 0;
    close_range(0, ~0U, 0);
    while (waitpid(launcher, &status, 0) < 0 && errno == EINTR) {}
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : EPERM);
}

int apus_nest_prepare(void) {
    unsigned user = geteuid(), group = getegid();
    if (user == 0) return 0;
    if (unshare(CLONE_NEWUSER) != 0) return errno;
    char map[64];
    int failure = write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", user, user);
    if (!failure) failure = write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1", group, group);
    if (!failure) failure = write_file("/proc/self/gid_map", map);
    // A process namespace to come back to: one may only enter those of one's own user namespace.
    if (!failure && unshare(CLONE_NEWPID) != 0) failure = errno;
    if (failure) return failure;
    pid_t launcher = fork();
    if (launcher < 0) return errno;
    if (launcher > 0) stand_by(launcher);
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? 0 : errno;
}

/// Takes the trees out of a copy of the host's mounts, which one may do whoever the launcher is, and puts them into the nest's.
static int add(const struct apus_command *command, const char **strings, int nest) {
    int trees[ADDED_MAXIMUM];
    if (command->mounts > ADDED_MAXIMUM) return EINVAL;
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return errno;
    for (uint32_t i = 0; i < command->mounts; i++) {
        if (*strings[1 + 3 * i] != 'b') return EINVAL;
        trees[i] = (int)syscall(CALL_OPEN_TREE, AT_FDCWD, strings[2 + 3 * i], TREE_CLONE | O_CLOEXEC | TREE_RECURSIVE);
        if (trees[i] < 0) return errno;
        int failure = set_attributes(trees[i], "", READ_ONLY | NO_SETUID | NO_DEVICES, 1);
        if (failure) return failure;
    }
    if (setns(nest, CLONE_NEWNS) != 0) return errno;
    for (uint32_t i = 0; i < command->mounts; i++)
        if (syscall(CALL_MOVE_MOUNT, trees[i], "", AT_FDCWD, strings[3 + 3 * i], FROM_EMPTY_PATH) != 0) return errno;
    return 0;
}

int apus_nest_add(const char *message, size_t length, pid_t nest) {
    const char **strings = strings_of_nest(message, length);
    if (!strings) return EINVAL;
    int status = 0, failure = 0, handle = (int)syscall(SYS_pidfd_open, nest, 0);
    pid_t helper = handle < 0 ? -1 : fork();
    if (helper == 0) _exit(add((const struct apus_command *)message, strings, handle));
    if (helper < 0) failure = errno;
    if (handle >= 0) close(handle);
    free(strings);
    if (failure) return failure;
    while (waitpid(helper, &status, 0) < 0 && errno == EINTR) {}
    return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}
