// The network of a nest that has one to itself: loopback, and sockets that are made inside of it for the server to serve.
//
// A socket belongs to the namespace that it was made in, whoever holds it. So the server takes connections of such an environment,
// and makes some to it, though it never enters the environment's network, and no packet leaves that.
#pragma once

#include "apus_sandbox.h"

#include <sys/types.h>

/// In a new network namespace, with the rights to it: makes what `listeners` say (apus_sandbox.h), and sends the sockets through
/// `channel`, in their order, in one message. Returns 0 or an errno.
int apus_network_open(const char **listeners, size_t count, int channel);

/// Has a child connect to a port of the nest's loopback interface, which tells of it on `events` as the command says. Returns 0, or
/// an errno where there is no child.
int apus_network_connect(pid_t nest, const struct apus_command *command, int channel, int events);
