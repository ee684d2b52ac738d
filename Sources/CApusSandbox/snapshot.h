// Starting an environment from a template of its function's version: a process that has initialised the function's code, and forks.
//
// The template (Runtimes/python/apus_snapshot.py) is confined, since it runs a function's code, and has no rights to namespaces but
// to those that its user owns: see struct apus_nest_owner. Through its door a fork of it that stands by gets one message for an
// environment, a `apus_snapshot_request` with the variables behind it, and descriptors: the environment's output, a socket to the launcher, and
// the nest's namespaces, the user namespace first, and files that it writes itself into to enter the environment's cgroups: whoever
// does not is in the template's. Its fork sends a byte through the socket and waits for one: meanwhile the launcher has put it into
// the cgroup of version 2. Then it enters all that and forks again, into the process namespace; that is
// the environment's first process, a child of the launcher's as both are (CLONE_PARENT), and sends a byte too. What both send has
// their process ids with it, told by the kernel. Where there is neither memory nor a process for a fork, it or the template says so
// (a byte of its own): that start alone has failed.
#pragma once

#include "apus_sandbox.h"
#include "nest.h"

#include <sys/types.h>

struct apus_snapshot_request {
    uint32_t user;
    uint32_t group;
    uint32_t variables;
    /// How many of the descriptors are namespaces.
    uint32_t namespaces;
};

/// Returns 0 and the pid of the child, or an errno: EAGAIN where a fork cannot be had now. A template that does not answer within a
/// second has failed.
int apus_snapshot_start(
    const char *message, size_t length, const struct apus_nest *nest, int output, int door, pid_t *pid);

/// Waits at most a second for a byte on a socket that passes credentials, and says which child of the launcher's has sent it.
/// Returns 0 or an errno; EAGAIN: the sender says that it cannot fork now.
int apus_hear(int socket, pid_t *sender);
