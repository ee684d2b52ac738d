// A nest: the namespaces of one environment, and the process that holds them.
//
// The nest's first process is process 1 of its process namespace: it builds the root, gives up its rights, and from then on only
// reaps what environments leave behind. When it dies, the kernel kills everything in the nest. The environment's first process
// is the launcher's own child, started into the nest, and so signalled and reaped as one without a nest.
#pragma once

#include "apus_sandbox.h"

#include <sys/types.h>

/// The strings of a mount: what it is, its source, its target below the new root.
///
/// | what | is |
/// | --- | --- |
/// | `b` | source and what is mounted below it, read-only, no devices, no set-user-id |
/// | `d` | a device of the host's |
/// | `t` | a new tmpfs; source is its options |
/// | `o` | an overlay, read-only; source is its options |
/// | `p` | the process namespace's own /proc, read-only |
/// | `l` | a symbolic link to source |
/// | `m` | an empty folder |
struct apus_nest {
    pid_t pid;
    /// What is entered: a pidfd.
    int handle;
    /// Of the environment's own, without CLONE_NEWPID.
    int namespaces;
};

enum { APUS_NETWORK_FAILED = -1 };

/// Who forks the first process of a nest without any rights: a template of a version of a function. The nest then lies in a user
/// namespace that belongs to the template's user, which makes the template's forks masters of it and of nothing else, and its
/// process namespace below the template's, since one enters from above only.
struct apus_nest_owner {
    /// The first process of the template's own nest.
    pid_t nest;
    /// The template's, APUS_SAME_USER where all have the launcher's.
    uint32_t user;
};

/// Makes the nest that a SPAWN asks for. `channel`: for the sockets of its network; `owner`: or NULL. Returns 0, or an errno with
/// `mount` set to the number of the mount that failed, to APUS_NETWORK_FAILED, or to 0.
int apus_nest_start(
    const char *message, size_t length, int channel, const struct apus_nest_owner *owner, struct apus_nest *nest, int *mount);

/// A child's process id as the host knows it: the launcher may be in a process namespace.
pid_t apus_outer_id(pid_t pid);

/// For a launcher whose user is not root: it goes on as process 1 of a user and a process namespace of its own, in which it has the
/// rights that nests need. Returns 0 or an errno.
int apus_nest_prepare(void);

/// Carries out a MOUNT in the nest whose first process is `nest`, in a process of its own. Returns 0 or an errno.
int apus_nest_add(const char *message, size_t length, pid_t nest);
