#include "rocks_checksum.h"

#include <string.h>

/* The polynomial 0x1edc6f41, low bit first. */
#define POLYNOMIAL 0x82f63b78u

/* Four bits at a time: sixteen values, which need not be made before they are used. */
static const uint32_t table[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t apus_crc32c_plain(uint32_t crc, const char *bytes, size_t count) {
    crc = ~crc;
    for (size_t index = 0; index < count; index++) {
        crc ^= (uint8_t)bytes[index];
        crc = table[crc & 15] ^ (crc >> 4);
        crc = table[crc & 15] ^ (crc >> 4);
    }
    return ~crc;
}

#if defined(__x86_64__)

#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t with_instruction(uint32_t start, const char *bytes, size_t count) {
    uint64_t crc = ~start;
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    for (; count > 0; bytes++, count--) crc = _mm_crc32_u8((uint32_t)crc, (uint8_t)*bytes);
    return ~(uint32_t)crc;
}

uint32_t apus_crc32c(uint32_t crc, const char *bytes, size_t count) {
    return __builtin_cpu_supports("sse4.2") ? with_instruction(crc, bytes, count) : apus_crc32c_plain(crc, bytes, count);
}

#else

uint32_t apus_crc32c(uint32_t crc, const char *bytes, size_t count) { return apus_crc32c_plain(crc, bytes, count); }

#endif
