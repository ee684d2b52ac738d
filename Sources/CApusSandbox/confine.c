#define _GNU_SOURCE
#include "confine.h"
#include "apus_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { ARCHITECTURE = AUDIT_ARCH_X86_64 };
#elif defined(__aarch64__)
enum { ARCHITECTURE = AUDIT_ARCH_AARCH64 };
#else
#error "no filter of system calls for this architecture"
#endif

/// Numbers that are the same on all architectures, and younger than some headers.
enum {
    CALL_IO_URING_SETUP = 425, CALL_IO_URING_ENTER, CALL_IO_URING_REGISTER, CALL_OPEN_TREE, CALL_MOVE_MOUNT, CALL_FSOPEN,
    CALL_FSCONFIG, CALL_FSMOUNT, CALL_FSPICK, CALL_CLONE3 = 435, CALL_PIDFD_GETFD = 438, CALL_MOUNT_SETATTR = 442,
    CALL_QUOTACTL_FD = 443, CALL_LANDLOCK_CREATE = 444, CALL_LANDLOCK_ADD, CALL_LANDLOCK_RESTRICT, CALL_OPEN_TREE_ATTR = 467,
};

/// Answered EPERM. Most would want a capability anyway: this is the second lock.
static const int refused[] = {
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, CALL_OPEN_TREE, CALL_MOVE_MOUNT, CALL_FSOPEN,
    CALL_FSCONFIG, CALL_FSMOUNT, CALL_FSPICK, CALL_MOUNT_SETATTR, CALL_OPEN_TREE_ATTR,
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, CALL_PIDFD_GETFD, SYS_kcmp, SYS_perf_event_open, SYS_bpf,
    SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_init_module, SYS_finit_module, SYS_delete_module,
    SYS_kexec_load, SYS_kexec_file_load, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_syslog, SYS_acct, SYS_quotactl,
    CALL_QUOTACTL_FD, SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex,
    SYS_name_to_handle_at, SYS_open_by_handle_at, SYS_fanotify_init, SYS_lookup_dcookie, SYS_nfsservctl, SYS_vhangup,
    SYS_move_pages, SYS_migrate_pages,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_uselib, SYS_ustat, SYS_sysfs, SYS__sysctl, SYS_create_module, SYS_query_module,
    SYS_get_kernel_syms,
#endif
};
/// Answered ENOSYS: libraries then do without. clone3 has its flags in memory, where no filter sees them; libc takes clone.
static const int missing[] = {CALL_CLONE3, CALL_IO_URING_SETUP, CALL_IO_URING_ENTER, CALL_IO_URING_REGISTER};
/// The last is kept from templates.
static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

enum {
    NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET,
    LENGTH_MAXIMUM = 256,
};

static unsigned compile(struct sock_filter *program, enum apus_confinement kind) {
    unsigned count = 0;
#define EMIT(...) program[count++] = (struct sock_filter)__VA_ARGS__
#define LOAD(field) EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(field)))
#define UNLESS(test, value, skip) EMIT(BPF_JUMP(BPF_JMP | test | BPF_K, (unsigned)(value), 0, skip))
#define ANSWER(action) EMIT(BPF_STMT(BPF_RET | BPF_K, (unsigned)(action)))
    LOAD(offsetof(struct seccomp_data, arch));
    EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)ARCHITECTURE, 1, 0));
    ANSWER(SECCOMP_RET_ERRNO | ENOSYS);
    LOAD(offsetof(struct seccomp_data, nr));
    // The x32 interface of x86.
    UNLESS(BPF_JGE, 0x40000000, 1);
    ANSWER(SECCOMP_RET_ERRNO | ENOSYS);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (kind == APUS_CONFINED_TEMPLATE && refused[i] == SYS_setns) continue;
        UNLESS(BPF_JEQ, refused[i], 1);
        ANSWER(SECCOMP_RET_ERRNO | EPERM);
    }
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        UNLESS(BPF_JEQ, missing[i], 1);
        ANSWER(SECCOMP_RET_ERRNO | ENOSYS);
    }
    UNLESS(BPF_JEQ, SYS_clone, 4);
    LOAD(offsetof(struct seccomp_data, args[0]));
    UNLESS(BPF_JSET, NAMESPACES, 1);
    ANSWER(SECCOMP_RET_ERRNO | EPERM);
    ANSWER(SECCOMP_RET_ALLOW);
    const size_t count_of_families = sizeof families / sizeof *families - (kind == APUS_CONFINED_TEMPLATE);
    if (kind == APUS_CONFINED_TEMPLATE) {
        UNLESS(BPF_JEQ, SYS_socket, 5);
        LOAD(offsetof(struct seccomp_data, args[1]));
        EMIT(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf));
        UNLESS(BPF_JEQ, SOCK_RAW, 1);
        ANSWER(SECCOMP_RET_ERRNO | EPERM);
        LOAD(offsetof(struct seccomp_data, nr));
    }
    UNLESS(BPF_JEQ, SYS_socket, 2 * count_of_families + 2);
    LOAD(offsetof(struct seccomp_data, args[0]));
    for (size_t i = 0; i < count_of_families; i++) {
        UNLESS(BPF_JEQ, families[i], 1);
        ANSWER(SECCOMP_RET_ALLOW);
    }
    ANSWER(SECCOMP_RET_ERRNO | EAFNOSUPPORT);
    ANSWER(SECCOMP_RET_ALLOW);
    return count;
}

size_t apus_seccomp_program(void *buffer, size_t capacity) {
    struct sock_filter program[LENGTH_MAXIMUM];
    size_t length = compile(program, APUS_CONFINED) * sizeof *program;
    if (length > capacity) return 0;
    memcpy(buffer, program, length);
    return length;
}

int apus_landlock_version(void) {
    long version = syscall(CALL_LANDLOCK_CREATE, NULL, 0, 1);
    return version < 0 ? 0 : (int)version;
}

/// What Landlock knows of changes to files: write and truncate; make and remove what devices are not; all of them.
enum {
    FILE_WRITE = 1 << 1 | 1 << 14,
    FILE_CHANGE = FILE_WRITE | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13,
    FILE_ANY_CHANGE = FILE_CHANGE | 1 << 6 | 1 << 11,
};
static const struct { const char *path; uint64_t permitted; } changeable[] = {
    {"/tmp", FILE_CHANGE}, {"/dev/shm", FILE_CHANGE}, {"/mnt", FILE_CHANGE}, {"/dev", FILE_WRITE}};

static int permit_changes(int rules, uint64_t known) {
    for (size_t i = 0; i < sizeof changeable / sizeof *changeable; i++) {
        struct __attribute__((packed)) { uint64_t permitted; int32_t place; } rule = {changeable[i].permitted & known,
            open(changeable[i].path, O_PATH | O_CLOEXEC)};
        if (rule.place < 0 && errno == ENOENT) continue;
        int failure = rule.place < 0 || syscall(CALL_LANDLOCK_ADD, rules, 1, &rule, 0) != 0 ? errno : 0;
        if (rule.place >= 0) close(rule.place);
        if (failure) return failure;
    }
    return 0;
}

/// A second lock behind the mounts: changes to files in a few places alone (from version 2 on; before, files could not be moved
/// between folders). From version 6 on no signals and no abstract sockets beyond the environment's own.
static int restrict_reach(enum apus_confinement kind) {
    int version = apus_landlock_version();
    if (version < (kind == APUS_CONFINED_TEMPLATE ? 6 : 2)) return 0;
    uint64_t known = version >= 3 ? FILE_ANY_CHANGE : FILE_ANY_CHANGE & ~(1 << 14);
    if (kind == APUS_CONFINED_TEMPLATE) known = 0;
    const uint64_t attributes[3] = {known, 0, version >= 6 ? 1 | 2 : 0};  // handled_access_fs, handled_access_net, scoped
    int rules = (int)syscall(CALL_LANDLOCK_CREATE, attributes, sizeof attributes, 0);
    if (rules < 0) return errno;
    int failure = known ? permit_changes(rules, known) : 0;
    if (!failure && syscall(CALL_LANDLOCK_RESTRICT, rules, 0) != 0) failure = errno;
    close(rules);
    return failure;
}

int apus_confine(enum apus_confinement kind) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_capset, &header, none) != 0) return errno;
    int failure = restrict_reach(kind);
    if (failure) return failure;
    struct sock_filter program[LENGTH_MAXIMUM];
    struct sock_fprog filter = {.len = (unsigned short)compile(program, kind), .filter = program};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 ? 0 : errno;
}
