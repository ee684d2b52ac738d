// What a process gives up before it runs what is not ours.
#pragma once

enum apus_confinement {
    APUS_CONFINED,
    /// A template of a function's version: what it forks enters a nest that its user owns, whose files Landlock must not forbid
    /// beforehand. It may call setns, which leads it nowhere else, since it has no capabilities and can make no namespaces. Netlink
    /// and raw sockets are kept from it, since a fork of its has capabilities in its nest until it has given them up.
    APUS_CONFINED_TEMPLATE,
};

/// No new privileges, no capabilities, Landlock where the kernel has it, and the filter of system calls. The user has been taken.
/// Returns 0 or an errno.
int apus_confine(enum apus_confinement kind);
