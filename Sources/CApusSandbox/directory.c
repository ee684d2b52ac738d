// Emptying a directory that a function has filled: links are not followed, and a tree deeper than descriptors or path lengths
// allow is flattened on the way.
#define _GNU_SOURCE
#include "apus_sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAXIMUM_DEPTH = 16 };

struct removal {
    int top;
    unsigned long moved;
    int failure;
    int again;
};

static void note(struct removal *removal) {
    if (!removal->failure) removal->failure = errno;
}

static void empty(struct removal *removal, int directory, int depth) {
    // Opened anew, since fdopendir takes the descriptor with it.
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    if (!entries) {
        note(removal);
        if (copy >= 0) close(copy);
        return;
    }
    const struct dirent *entry;
    while ((entry = readdir(entries))) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
        if (unlinkat(directory, name, 0) == 0) continue;
        if (errno != EISDIR && errno != EPERM) {
            note(removal);
            continue;
        }
        if (depth == MAXIMUM_DEPTH) {
            char flat[64];
            snprintf(flat, sizeof flat, ".apus-removing-%d-%lu", (int)getpid(), removal->moved++);
            if (renameat(directory, name, removal->top, flat) == 0) removal->again = 1;
            else note(removal);
            continue;
        }
        fchmodat(directory, name, 0700, 0);
        int below = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below < 0) {
            note(removal);
            continue;
        }
        empty(removal, below, depth + 1);
        close(below);
        if (unlinkat(directory, name, AT_REMOVEDIR) != 0 && !removal->again) note(removal);
    }
    closedir(entries);
}

int apus_empty_directory(const char *path) {
    struct removal removal = {.top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (removal.top < 0) return errno;
    do {
        removal.again = 0;
        empty(&removal, removal.top, 0);
    } while (removal.again && !removal.failure);
    close(removal.top);
    return removal.failure;
}
