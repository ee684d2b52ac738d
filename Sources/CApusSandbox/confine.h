// What a process gives up before it runs what is not ours.
#pragma once

/// No new privileges, no capabilities, Landlock where the kernel has it, and the filter of system calls. The user has been taken.
/// Returns 0 or an errno.
int apus_confine(void);
