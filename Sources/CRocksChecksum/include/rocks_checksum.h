#ifndef APUS_ROCKS_CHECKSUM_H
#define APUS_ROCKS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32C (RFC 3720, B.4) of `count` bytes behind those of which `crc` is the checksum; 0 where there were none.

   RocksDB checks each record of its log and manifest with it. Debian's build is for processors of any age and goes byte by byte
   through tables; where the processor has an instruction for it, this is five times as fast. On x86-64 it has the name of
   RocksDB's own function, so that the dynamic linker has RocksDB call it, as it does with malloc. Both compute the same: a
   RocksDB that calls its own all the same reads and writes the same files. */
uint32_t apus_crc32c(uint32_t crc, const char *bytes, size_t count)
#if defined(__x86_64__) && defined(__linux__)
    __asm__("_ZN7rocksdb6crc32c6ExtendEjPKcm")
#endif
    __attribute__((visibility("default")));

/* The same without the instruction, for processors that lack it. */
uint32_t apus_crc32c_plain(uint32_t crc, const char *bytes, size_t count);

#endif
