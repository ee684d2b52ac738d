#ifndef APUS_MD5_LANES_H
#define APUS_MD5_LANES_H

#include <stddef.h>
#include <stdint.h>

/* As many messages are digested at a time as a vector register has numbers of 32 bits. */
#define APUS_MD5_LANES 8

/* MD5 (RFC 1321) of `lanes` messages at once, 1 to APUS_MD5_LANES. Each step of MD5 waits for the one before it; a processor
   takes that step for all messages in the time that it takes for one. Costs what the longest of them costs. `digests` has room
   for 16 bytes of each. */
void apus_md5_lanes(const uint8_t *const *messages, const size_t *counts, size_t lanes, uint8_t *digests);

#endif
