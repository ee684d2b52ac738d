// Starting an environment from a template: a running interpreter that forks instead of one that is executed.
//
// The template holds one end of a SOCK_SEQPACKET socket pair, its door. A SPAWN without arguments is handed on through the other
// end as it came, with its descriptors: the environment's output, a pipe, and the handle of its nest if it has one.
// The template forks with CLONE_PARENT, so that the
// child is the launcher's own: it is reaped, signalled and killed like any other. It writes the child's process id, four bytes,
// into the pipe, or the negative of the errno that fork has ended with. The child confines itself as child.c does, in
// Runtimes/python/zygote.py.
#pragma once

#include "apus_sandbox.h"
#include "nest.h"

#include <sys/types.h>

/// Returns 0 and the pid of the child, or an errno. A template that does not answer within a second has failed.
int apus_template_start(
    const char *message, size_t length, const struct apus_nest *nest, int output, int door, pid_t *pid);
