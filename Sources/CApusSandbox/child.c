// The way of a child from fork to exec. Order matters: cgroup and limits as the launcher's user and with its files, then the nest,
// then the user, and only then PDEATHSIG, which a change of user clears, and the filter, which permits none of this.
#define _GNU_SOURCE
#include "child.h"
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct plan {
    struct apus_command command;
    const char *directory;
    const char *cgroup;
    char **arguments;
    char **variables;
    char **join_files;
    int input;
    int output;
    int events;
    pid_t parent;
    const struct apus_nest *nest;
};

/// Splits the strings behind the header. Returns 0, or an errno when the message is not what its header says.
static int parse(const char *message, size_t length, struct plan *plan) {
    memcpy(&plan->command, message, sizeof plan->command);
    const struct apus_command *command = &plan->command;
    size_t limit = 4096;
    if (command->arguments == 0 || command->arguments > limit || command->variables > limit
        || command->join_files > 16)
        return EINVAL;
    size_t strings = 2 + command->arguments + command->variables + command->join_files;
    char **table = calloc(strings + 3, sizeof *table);
    if (!table) return ENOMEM;
    const char *text = message + sizeof *command, *end = message + length;
    size_t slot = 0, index = 0;
    for (; index < strings; index++) {
        const char *stop = memchr(text, 0, (size_t)(end - text));
        if (!stop) { free(table); return EINVAL; }
        // An empty slot ends each of the three lists.
        if (index == 2 + command->arguments) slot++;
        if (index == 2 + command->arguments + command->variables) slot++;
        table[slot++] = (char *)text;
        text = stop + 1;
    }
    plan->directory = table[0];
    plan->cgroup = table[1];
    plan->arguments = table + 2;
    plan->variables = plan->arguments + command->arguments + 1;
    plan->join_files = plan->variables + command->variables + 1;
    return 0;
}

static void limit(int resource, uint64_t value) {
    if (value == APUS_UNCHANGED) return;
    struct rlimit current;
    if (getrlimit(resource, &current) != 0) return;
    if (current.rlim_max != RLIM_INFINITY && value > current.rlim_max) value = current.rlim_max;
    struct rlimit wanted = {value, value};
    setrlimit(resource, &wanted);
}

static int write_text(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    ssize_t written = write(file, text, strlen(text));
    int failure = written < 0 ? errno : 0;
    close(file);
    return failure;
}

static int become_user(const struct apus_command *command) {
    if (command->user == APUS_SAME_USER) return 0;
    if (setgroups(0, NULL) != 0 || setresgid(command->group, command->group, command->group) != 0
        || setresuid(command->user, command->user, command->user) != 0)
        return errno;
    return 0;
}

/// A template is executed by an ordinary user, and yet must enter nests: it keeps the rights that the launcher has in its user
/// namespace. What it forks gives them up.
static int keep_rights(void) {
    const int wanted[] = {CAP_SYS_ADMIN, CAP_SYS_CHROOT, CAP_SYS_PTRACE};
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct held[2];
    if (syscall(SYS_capget, &header, held) != 0) return errno;
    held[0].inheritable = held[0].permitted;
    held[1].inheritable = held[1].permitted;
    if (syscall(SYS_capset, &header, held) != 0) return errno;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, wanted[i], 0, 0) != 0) return errno;
    return 0;
}

/// Runs in the child; returns only on failure, with its errno and stage.
static int prepare_and_exec(const struct plan *plan, int *stage) {
    const struct apus_command *command = &plan->command;
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();

    *stage = APUS_STAGE_CGROUP;
    for (char **file = plan->join_files; *file; file++) {
        int failure = write_text(*file, "0");
        if (failure) return failure;
    }

    *stage = APUS_STAGE_LIMITS;
    char score[16];
    snprintf(score, sizeof score, "%d", command->oom_score_adjust);
    write_text("/proc/self/oom_score_adj", score);  // Best effort: an ordinary user may be refused.
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NPROC, command->maximum_processes);
    limit(RLIMIT_NOFILE, command->maximum_files);
    limit(RLIMIT_FSIZE, command->maximum_file_bytes);
    limit(RLIMIT_DATA, command->maximum_data_bytes);
    umask(022);

    *stage = APUS_STAGE_NAMESPACES;
    if (plan->nest && setns(plan->nest->handle, plan->nest->namespaces) != 0) return errno;
    if (command->is_template == APUS_TEMPLATE_INTERPRETER && geteuid() != 0) keep_rights();  // Without them it fails at its first fork, and is done without.

    *stage = APUS_STAGE_DIRECTORY;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(plan->input >= 0 ? plan->input : null, 0) < 0 || dup2(plan->output, 1) < 0
        || dup2(plan->output, 2) < 0)
        return errno;
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
        for (int number = 3; number < 1024; number++) fcntl(number, F_SETFD, FD_CLOEXEC);

    *stage = APUS_STAGE_USER;
    int failure = become_user(command);
    if (failure) return failure;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    // From a nest the parent is out of sight; if it has ended, the nest has too.
    if (!plan->nest && getppid() != plan->parent) raise(SIGKILL);

    *stage = APUS_STAGE_DIRECTORY;
    if (chdir(plan->directory) != 0) return errno;

    *stage = APUS_STAGE_NAMESPACES;
    enum apus_confinement kind = command->is_template == APUS_TEMPLATE_SNAPSHOT ? APUS_CONFINED_TEMPLATE : APUS_CONFINED;
    if (plan->nest && (failure = apus_confine(kind)) != 0) return failure;

    *stage = APUS_STAGE_EXEC;
    if (strchr(plan->arguments[0], '/')) execve(plan->arguments[0], plan->arguments, plan->variables);
    else {
        // A container image's program, looked for where the environment's own PATH says.
        environ = plan->variables;
        execvp(plan->arguments[0], plan->arguments);
    }
    return errno;
}

/// fork(), or clone3() straight into a cgroup v2 directory.
static pid_t fork_into(const char *cgroup) {
    if (!*cgroup) return fork();
    int directory = open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return -1;
    struct clone_args arguments = {
        .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)directory};
    // Without CLONE_VM this is a fork; the launcher has one thread, so nothing of libc's needs mending in the child,
    // which does not use its cached ids.
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    int failure = errno;
    if (pid != 0) close(directory);
    errno = failure;
    return pid;
}

/// The fork is born in the nest's process namespace; the launcher stays where it is.
static pid_t fork_into_nest(const char *cgroup, const struct apus_nest *nest) {
    static int home = -1;
    if (home < 0) home = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
    if (home < 0 || setns(nest->handle, CLONE_NEWPID) != 0) return -1;
    pid_t pid = fork_into(cgroup);
    int failure = errno;
    if (pid != 0 && setns(home, CLONE_NEWPID) != 0) _exit(1);  // All else would be born there too: the kernel ends what there is.
    errno = failure;
    return pid;
}

int apus_child_start(
    const char *message, size_t length, const struct apus_nest *nest, int input, int output, int events, pid_t *pid, int *stage) {
    struct plan plan = {.input = input, .output = output, .events = events, .parent = getpid(), .nest = nest};
    *stage = APUS_STAGE_COMMAND;
    int failure = parse(message, length, &plan);
    if (failure) return failure;
    char **table = plan.arguments - 2;
    *stage = *plan.cgroup ? APUS_STAGE_CGROUP : APUS_STAGE_FORK;
    *pid = nest ? fork_into_nest(plan.cgroup, nest) : fork_into(plan.cgroup);
    if (*pid == 0) {
        struct apus_event event = {.environment = plan.command.environment, .kind = APUS_EVENT_FAILED};
        event.value = prepare_and_exec(&plan, &event.detail);
        ssize_t ignored = write(events, &event, sizeof event);
        (void)ignored;
        _exit(127);
    }
    failure = *pid < 0 ? errno : 0;
    free(table);
    return failure;
}
