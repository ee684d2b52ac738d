// What the kernel knows of the machine's clock. In C, because Swift's Glibc module lacks sys/timex.h.

#include <string.h>
#include <sys/timex.h>

#include "apus_sandbox.h"

int apus_clock_is_synchronised(void) {
    struct timex state;
    memset(&state, 0, sizeof state);
    if (adjtimex(&state) < 0) return -1;
    return (state.status & STA_UNSYNC) == 0;
}
