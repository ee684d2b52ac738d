// Container images: programs that unpack them are watched while they work, and what they have made is put in order.
#define _GNU_SOURCE
#include "apus_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MILLISECONDS = 100 };

static int64_t now_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Folders that vanish or cannot be read meanwhile count nothing.
static void measure(const char *path, uint64_t *bytes, uint64_t *entries, uint64_t most_entries) {
    char *roots[] = {(char *)path, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    *bytes = *entries = 0;
    if (!tree) return;
    for (FTSENT *entry; *entries <= most_entries && (entry = fts_read(tree));) {
        if (entry->fts_info == FTS_DP) continue;
        ++*entries;
        if (entry->fts_info == FTS_F) *bytes += (uint64_t)entry->fts_statp->st_blocks * 512;
    }
    fts_close(tree);
}

static uint64_t free_bytes(const char *path) {
    struct statvfs status;
    return statvfs(path, &status) == 0 ? (uint64_t)status.f_bavail * status.f_frsize : UINT64_MAX;
}

/// 0: it may go on.
static int exceeded(const struct apus_bounds *bounds, uint64_t free_before) {
    uint64_t bytes, entries, left = free_bytes(bounds->folder);
    measure(bounds->folder, &bytes, &entries, bounds->entries);
    if (bytes > bounds->bytes || entries > bounds->entries) return EFBIG;
    // What cannot be read cannot be measured either: what the disk has lost can.
    if (left < free_before && free_before - left > 2 * bounds->bytes + (UINT64_C(1) << 30)) return EFBIG;
    return left < bounds->free_bytes ? ENOSPC : 0;
}

/// Takes what there is to read. Returns 0 at the end of the output.
static int collect(int source, char *output, size_t capacity, size_t *length) {
    for (;;) {
        char discarded[4096];
        int keep = *length < capacity;
        ssize_t count = read(source, keep ? output + *length : discarded, keep ? capacity - *length : sizeof discarded);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno == EAGAIN;
        if (count == 0) return 0;
        if (keep) *length += (size_t)count;
    }
}

int apus_run_within(
    char *const arguments[], char *const variables[], const struct apus_bounds *bounds, char *output, size_t capacity,
    size_t *length, int *status) {
    int ends[2];
    *length = 0;
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    posix_spawn_file_actions_addchdir_np(&actions, bounds->folder);
    // A process group of its own, which is ended as a whole.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    pid_t pid = 0;
    uint64_t free_before = free_bytes(bounds->folder);
    int failure = posix_spawn(&pid, arguments[0], &actions, &attributes, arguments, variables);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    int started = failure == 0;
    int64_t end = now_milliseconds() + bounds->milliseconds, pause = PAUSE_MILLISECONDS;
    while (!failure) {
        struct pollfd source = {.fd = ends[0], .events = POLLIN};
        int ready = poll(&source, 1, (int)pause);
        if (ready > 0 && !collect(ends[0], output, capacity, length)) break;
        int64_t before = now_milliseconds();
        if (before >= end) failure = ETIMEDOUT;
        // Much output is no reason to measure often.
        else if (ready == 0) failure = exceeded(bounds, free_before);
        int64_t took = now_milliseconds() - before;
        pause = 4 * took > PAUSE_MILLISECONDS ? 4 * took : PAUSE_MILLISECONDS;
    }
    close(ends[0]);
    if (!started) return failure;
    if (failure) kill(-pid, SIGKILL);
    int result = 0;
    while (waitpid(pid, &result, 0) < 0 && errno == EINTR) {}
    kill(-pid, SIGKILL);  // Whatever it left behind.
    *status = WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
    return failure ? failure : exceeded(bounds, free_before);
}

/// Makes `name` a folder; a link or a file in its place goes.
static int make_folder(int parent, const char *name) {
    struct stat status;
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISDIR(status.st_mode)) return 0;
        if (unlinkat(parent, name, 0) != 0) return errno;
    }
    // Whatever the server's umask is.
    return mkdirat(parent, name, 0755) == 0 && fchmodat(parent, name, 0755, 0) == 0 ? 0 : errno;
}

static int make_file(int parent, const char *name) {
    struct stat status;
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISREG(status.st_mode)) return 0;
        if (unlinkat(parent, name, 0) != 0) return errno;
    }
    int file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0) return errno;
    int failure = fchmod(file, 0644) == 0 ? 0 : errno;
    close(file);
    return failure;
}

/// What the nest mounts something on must be there, and lead nowhere else: the root is built where links are the host's.
static int make_places(const char *root) {
    static const char *const folders[] = {"dev", "proc", "tmp", "mnt", "etc"};
    static const char *const files[] = {"resolv.conf", "hosts"};
    int place = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), etc = -1, failure = place < 0 ? errno : 0;
    for (size_t i = 0; !failure && i < sizeof folders / sizeof *folders; i++) failure = make_folder(place, folders[i]);
    if (!failure && (etc = openat(place, "etc", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0) failure = errno;
    for (size_t i = 0; !failure && i < sizeof files / sizeof *files; i++) failure = make_file(etc, files[i]);
    if (etc >= 0) close(etc);
    if (!failure && syncfs(place) != 0) failure = errno;
    if (place >= 0) close(place);
    return failure;
}

int apus_image_finish(const char *root) {
    char *roots[] = {(char *)root, NULL};
    if (chmod(root, 0755) != 0) return errno;
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    if (!tree) return errno;
    int failure = 0;
    for (FTSENT *entry; !failure && (entry = fts_read(tree));) {
        mode_t mode = entry->fts_statp ? entry->fts_statp->st_mode : 0;
        switch (entry->fts_info) {
        case FTS_DNR: case FTS_ERR: case FTS_NS: failure = entry->fts_errno; break;
        case FTS_D: case FTS_F:
            if (mode & (S_ISUID | S_ISGID) && chmod(entry->fts_accpath, mode & 01777) != 0) failure = errno;
            break;
        case FTS_DEFAULT:  // Devices, pipes, sockets.
            if (unlink(entry->fts_accpath) != 0) failure = errno;
            break;
        default: break;
        }
    }
    fts_close(tree);
    return failure ? failure : make_places(root);
}
