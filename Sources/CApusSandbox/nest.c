#define _GNU_SOURCE
#include "nest.h"
#include "confine.h"
#include "network.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
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

/// Process 1. It has one descriptor, until it has answered.
__attribute__((noreturn)) static void hold(const struct apus_command *command, const char **strings, int channel, int pipe) {
    struct answer answer = {0, 0};
    umask(022);
    answer.failure = open_network(command, strings, channel, &answer.mount);
    if (!answer.failure) answer.failure = build(command, strings, &answer.mount);
    if (!answer.failure) answer.failure = become(command);
    if (!answer.failure && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) answer.failure = errno;
    if (!answer.failure) answer.failure = apus_confine();
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

int apus_nest_start(const char *message, size_t length, int channel, struct apus_nest *nest, int *mount) {
    const struct apus_command *command = (const struct apus_command *)message;
    const char **strings = strings_of_nest(message, length);
    int ends[2];
    *mount = 0;
    if (!strings) return EINVAL;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        free(strings);
        return errno;
    }
    struct clone_args arguments = {
        .flags = command->namespaces | CLONE_PIDFD, .exit_signal = SIGCHLD, .pidfd = (uint64_t)(uintptr_t)&nest->handle};
    nest->namespaces = (int)(command->namespaces & ~(uint32_t)CLONE_NEWPID);
    nest->pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    if (nest->pid == 0) hold(command, strings, channel, ends[1]);
    int failure = nest->pid < 0 ? errno : 0;
    close(ends[1]);
    free(strings);
    struct answer answer = {0, 0};
    if (!failure) {
        failure = wait_for(ends[0], &answer);
        *mount = answer.mount;
        if (failure) {
            kill(nest->pid, SIGKILL);
            while (waitpid(nest->pid, NULL, 0) < 0 && errno == EINTR) {}
            close(nest->handle);
        }
    }
    close(ends[0]);
    return failure;
}

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    int failure = write(file, text, strlen(text)) < 0 ? errno : 0;
    close(file);
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
