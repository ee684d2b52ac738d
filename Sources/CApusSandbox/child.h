// From a SPAWN command to a child that has called exec.
#pragma once

#include "apus_sandbox.h"
#include "nest.h"

#include <sys/types.h>

/// Forks and prepares the child. Returns 0 and its pid, or an errno with `stage` set. What fails after the fork is reported by
/// the child itself on `events`. `nest`: what it is started into, or NULL. `input`: its standard input, or -1 for none.
int apus_child_start(
    const char *message, size_t length, const struct apus_nest *nest, int input, int output, int events, pid_t *pid, int *stage);
