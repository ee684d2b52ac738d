/// The launcher: a small single-threaded process that starts, signals and reaps execution environments for the server.
///
/// Why a process of its own: fork() of a large multi-threaded server is slow and unsafe; a child's PDEATHSIG hangs on the
/// *thread* that made it; and only a third process can clean up after `kill -9` of the server. The launcher is the same
/// executable again: a constructor in this target takes over before main when the environment says so.
///
///     server ── commands (SOCK_SEQPACKET, descriptors attached) ──▶ launcher ── fork, limits, exec ──▶ environment
///     server ◀── events (pipe, fixed records) ───────────────────── launcher, and its child until exec
///
/// When the command socket closes, the launcher kills every environment (process group, own uid, all descendants) and ends.
/// When the launcher itself dies, the kernel kills the environments (PDEATHSIG).
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What the server asks of the launcher.
enum apus_command_kind {
    APUS_COMMAND_SPAWN = 1,
    /// Signals the process group of an environment; nothing happens when it has ended.
    APUS_COMMAND_SIGNAL = 2,
    /// Connects to a port of the loopback interface of an environment that has a network of its own, and sends the socket through the
    /// descriptor that came along. CONNECTED follows, whatever came of it.
    APUS_COMMAND_CONNECT = 3,
    /// Adds mounts to the nest of an environment that waits for its function: as SPAWN, and of that only the mounts count, all
    /// of them folders of the host's on folders that are there. STARTED follows; where it failed, the environment is ended, and
    /// EXITED follows.
    APUS_COMMAND_MOUNT = 4,
};

/// Whether a process is there for others to be forked from it.
enum apus_template {
    APUS_TEMPLATE_NONE = 0,
    /// Of an interpreter: it runs no function's code, and enters others' namespaces with rights that it keeps.
    APUS_TEMPLATE_INTERPRETER = 1,
    /// Of a version of a function, whose code it runs: confined like an environment, but that its forks may enter namespaces.
    APUS_TEMPLATE_SNAPSHOT = 2,
};

/// "Leave this limit, or this user, as it is."
#define APUS_UNCHANGED UINT64_MAX
#define APUS_SAME_USER UINT32_MAX

/// The largest command in bytes, header and strings.
#define APUS_COMMAND_MAXIMUM (128 * 1024)
/// The most descriptors that travel with one.
#define APUS_DESCRIPTORS_MAXIMUM 24
/// The most sockets that an environment's own network is made with.
#define APUS_LISTENERS_MAXIMUM 64

/// A command. After the header of a SPAWN follow NUL-terminated strings: the working directory; the cgroup v2 directory to be
/// born in ("" for none); `arguments` strings (the first is the program's path); `variables` strings `NAME=value`; and
/// `join_files` paths of `tasks` or `cgroup.procs` files that the child writes itself into before exec.
/// The descriptor of its output travels with the message. A SPAWN without arguments has a second descriptor, the door of the
/// template that is to fork the environment: see template.h, and snapshot.h where it has a `snapshot`; one with `has_input`, its
/// standard input. With `namespaces` follow,
/// after all that, the directory that the root is built on, and three strings for each of `mounts`: see nest.h; then `listeners` strings, where CLONE_NEWNET is among them:
/// `t ADDRESS PORT` for a socket that listens, `u ADDRESS PORT` for one of UDP, `a` for no socket, but all IPv4 addresses becoming the
/// environment's own. They are sent through one more descriptor, the last: see network.h.
struct apus_command {
    uint32_t kind;
    /// CONNECT: the port.
    int32_t signal;
    uint64_t environment;
    uint32_t user;
    uint32_t group;
    uint64_t maximum_processes;
    uint64_t maximum_files;
    uint64_t maximum_file_bytes;
    uint64_t maximum_data_bytes;
    int32_t oom_score_adjust;
    uint32_t arguments;
    uint32_t variables;
    uint32_t join_files;
    /// CLONE_NEW… flags; 0: the environment sees what the server sees.
    uint32_t namespaces;
    uint32_t mounts;
    /// An `apus_template`.
    uint32_t is_template;
    uint32_t listeners;
    /// CONNECT: what it is called when it is told of.
    uint32_t number;
    /// 1: its standard input comes along.
    uint32_t has_input;
    /// The environment that is to fork this one, a template of its function's version; 0: none.
    uint64_t snapshot;
};

enum apus_event_kind {
    /// `pid` is the environment's first process and its process group and session.
    APUS_EVENT_STARTED = 1,
    /// The child could not get as far as exec: `value` is errno, `detail` an `apus_stage`. EXITED follows, but for
    /// APUS_STAGE_TEMPLATE, where nothing was made.
    APUS_EVENT_FAILED = 2,
    /// The first process ended and everything it left behind was killed. `value` is the exit status, or the signal when
    /// `detail` is 1.
    APUS_EVENT_EXITED = 3,
    /// `value` is 0 or an errno, `detail` the command's number.
    APUS_EVENT_CONNECTED = 4,
};

/// Where a start failed.
enum apus_stage {
    APUS_STAGE_COMMAND = 1,
    APUS_STAGE_FORK,
    APUS_STAGE_CGROUP,
    APUS_STAGE_LIMITS,
    APUS_STAGE_DIRECTORY,
    APUS_STAGE_USER,
    APUS_STAGE_EXEC,
    /// The template did not fork it.
    APUS_STAGE_TEMPLATE,
    /// Its namespaces could not be made. The number of the mount that failed, from 1, is added as 256ths: 0 is none of them.
    APUS_STAGE_NAMESPACES,
    /// What it has in its own network could not be made.
    APUS_STAGE_NETWORK,
};

struct apus_event {
    uint64_t environment;
    uint32_t kind;
    int32_t pid;
    int32_t value;
    int32_t detail;
    /// EXITED: the peak resident size of the first process in KiB.
    int64_t peak_kib;
};

/// A started launcher, as the server holds it. Both descriptors are close-on-exec and non-blocking.
struct apus_launcher {
    int32_t pid;
    int commands;
    int events;
};

/// Starts `/proc/self/exe` as the launcher. `namespaces`: whether it will be asked for them; an ordinary user's launcher then
/// works in a user namespace. Returns 0 or an errno.
int apus_launcher_start(struct apus_launcher *launcher, int namespaces);

/// Makes an environment's namespaces once, on the empty directory `root`, and enters them, in a process of its own. `network`: with
/// one of their own. Returns 0, or the errno of what this machine does not permit. Blocks for some milliseconds.
int apus_namespaces_try(const char *root, int network);

/// The namespaces environments get, as CLONE_NEW… flags.
uint32_t apus_namespace_flags(int network);

/// Takes the sockets of one message without waiting. Returns how many there are, or -1 where there is no message.
int apus_take_descriptors(int channel, int *descriptors, size_t capacity);

/// The system call filter of environments, as the kernel takes it. Returns its size in bytes; 0 when `capacity` is too small.
size_t apus_seccomp_program(void *buffer, size_t capacity);

/// The version of Landlock's interface here; 0: there is none.
int apus_landlock_version(void);

/// Sends one command with up to APUS_DESCRIPTORS_MAXIMUM descriptors. Returns 0 or an errno; EAGAIN: try again later.
int apus_launcher_send(int commands, const void *message, size_t length, const int *descriptors, size_t count);

/// A socket pair for a template, or for what waits for its function: the door that the server keeps, and what the process gets; and
/// for the sockets of an environment's network. Both are close-on-exec. Returns 0 or an errno.
int apus_template_pair(int *own, int *theirs);

/// Sends one message through a door, without waiting. Returns 0 or an errno; EPIPE: the process has gone.
int apus_door_send(int door, const void *message, size_t length);

/// Waits for a launcher whose command socket has been closed, at most `milliseconds`; then kills it. Reaps it.
void apus_launcher_wait(int32_t pid, int milliseconds);

/// The user that owns the other end of an established TCP connection over IPv4 loopback, both ports in host order.
/// Returns 0 and the uid, or an errno (ENOENT: no such socket).
int apus_peer_user(uint16_t local_port, uint16_t peer_port, uint32_t *user);

/// Takes a block of user ids for this server by binding an abstract socket named after it, which ends with the process.
/// Returns the descriptor to keep open, or -1 when another server holds the block.
int apus_claim_user_block(uint32_t block);

/// A pipe whose ends are close-on-exec; the read end does not block. Returns 0 or an errno.
int apus_output_pipe(int *read_end, int *write_end);

/// Runs a program to its end, with no input, at most `milliseconds`, and keeps the first `capacity` bytes that it prints.
/// `arguments` ends with NULL and begins with the program's path. Blocks. Returns its exit status, or -errno.
int apus_run(char *const arguments[], char *output, size_t capacity, size_t *length, int milliseconds);

/// How far a program may go.
struct apus_bounds {
    /// Where it begins and writes.
    const char *folder;
    uint64_t bytes;
    uint64_t entries;
    /// What must be left on the disk.
    uint64_t free_bytes;
    int milliseconds;
};

/// Runs a program to its end, with no input, and keeps the first `capacity` bytes that it prints. It is ended when it goes too far.
/// Blocks. Returns 0 and its exit status, or an errno: ETIMEDOUT, EFBIG for what it wrote, ENOSPC, or why it could not be started.
int apus_run_within(
    char *const arguments[], char *const variables[], const struct apus_bounds *bounds, char *output, size_t capacity,
    size_t *length, int *status);

/// Makes an unpacked container image fit to be a nest's root: no devices, pipes or sockets in it, no set-user-id files, and whatever
/// is mounted over is there. Nobody may be writing there. What it has done is on the disk afterwards. Returns 0 or an errno.
int apus_image_finish(const char *root);

/// Whether somebody keeps the machine's clock right (adjtimex(2)): 1, 0, or -1 where the kernel does not tell.
int apus_clock_is_synchronised(void);

/// Removes everything below a directory, links not followed, however deep; the directory stays. Nobody may be writing there.
/// Returns 0 or the first errno.
int apus_empty_directory(const char *path);

#ifdef __cplusplus
}
#endif
