#include "md5_lanes.h"

#include <string.h>

/* A number of each message. */
typedef uint32_t lanes_t __attribute__((vector_size(4 * APUS_MD5_LANES)));

enum { block_bytes = 64, length_bytes = 8 };

struct message {
    const uint8_t *bytes;
    /* Blocks that are whole in the message; then come those with its end. */
    size_t whole, blocks;
    uint8_t end[2 * block_bytes];
};

static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};
static const uint8_t turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static void begin(struct message *message, const uint8_t *bytes, size_t count) {
    size_t rest = count % block_bytes;
    message->bytes = bytes;
    message->whole = count / block_bytes;
    message->blocks = message->whole + (rest + 1 + length_bytes > block_bytes ? 2 : 1);
    memset(message->end, 0, sizeof message->end);
    if (rest > 0) memcpy(message->end, bytes + count - rest, rest);
    message->end[rest] = 0x80;
    size_t length_at = (message->blocks - message->whole) * block_bytes - length_bytes;
    uint64_t bits = (uint64_t)count * 8;
    for (int index = 0; index < length_bytes; index++) message->end[length_at + index] = (uint8_t)(bits >> (8 * index));
}

/* Numbers are kept low end first, as MD5 has them, whatever the processor does. */
static inline uint32_t number(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline __attribute__((always_inline)) void digest(
    struct message *messages, size_t lanes, size_t longest, lanes_t state[4]
) {
    for (size_t block = 0; block < longest; block++) {
        const uint8_t *places[APUS_MD5_LANES];
        lanes_t is_alive = {0};
        for (size_t lane = 0; lane < APUS_MD5_LANES; lane++) {
            const struct message *message = &messages[lane < lanes ? lane : 0];
            is_alive[lane] = block < message->blocks ? ~0u : 0;
            size_t end = block < message->whole ? 0 : (block - message->whole) * block_bytes;
            places[lane] = block < message->whole ? message->bytes + block * block_bytes
                : message->end + (end < sizeof message->end ? end : 0);
        }
        lanes_t words[16];
        for (int word = 0; word < 16; word++)
            for (size_t lane = 0; lane < APUS_MD5_LANES; lane++) words[word][lane] = number(places[lane] + 4 * word);
        lanes_t a = state[0], b = state[1], c = state[2], d = state[3];
#pragma clang loop unroll(full)
        for (int step = 0; step < 64; step++) {
            int round = step / 16;
            lanes_t mixed = round == 0 ? d ^ (b & (c ^ d))
                : round == 1 ? c ^ (d & (b ^ c))
                : round == 2 ? b ^ c ^ d
                             : c ^ (b | ~d);
            int word = round == 0 ? step : round == 1 ? 5 * step + 1 : round == 2 ? 3 * step + 5 : 7 * step;
            lanes_t sum = a + mixed + sines[step] + words[word & 15];
            int left = turns[round][step & 3];
            a = d;
            d = c;
            c = b;
            b = b + (sum << left | sum >> (32 - left));
        }
        /* A message that has ended keeps its digest. */
        state[0] += a & is_alive;
        state[1] += b & is_alive;
        state[2] += c & is_alive;
        state[3] += d & is_alive;
    }
}

static void digest_anywhere(struct message *messages, size_t lanes, size_t longest, lanes_t state[4]) {
    digest(messages, lanes, longest, state);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void digest_wide(
    struct message *messages, size_t lanes, size_t longest, lanes_t state[4]
) {
    digest(messages, lanes, longest, state);
}
#endif

void apus_md5_lanes(const uint8_t *const *messages, const size_t *counts, size_t lanes, uint8_t *digests) {
    struct message all[APUS_MD5_LANES];
    size_t longest = 0;
    for (size_t lane = 0; lane < lanes; lane++) {
        begin(&all[lane], messages[lane], counts[lane]);
        if (all[lane].blocks > longest) longest = all[lane].blocks;
    }
    lanes_t state[4];
    static const uint32_t start[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    for (int word = 0; word < 4; word++) state[word] = (lanes_t){0} + start[word];
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        digest_wide(all, lanes, longest, state);
    } else {
        digest_anywhere(all, lanes, longest, state);
    }
#else
    digest_anywhere(all, lanes, longest, state);
#endif
    for (size_t lane = 0; lane < lanes; lane++)
        for (int word = 0; word < 4; word++)
            for (int byte = 0; byte < 4; byte++)
                digests[16 * lane + 4 * word + byte] = (uint8_t)(state[word][lane] >> (8 * byte));
}
