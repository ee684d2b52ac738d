// What a process of Node.js gives back before it waits for its function, and when it has been idle (memory.js): garbage and what
// the allocators keep, and the pages of programs and libraries. An add-on that does its work whenever it is registered, and has
// nothing to call: not in a constructor, which holds the loader's lock, while collections wait for other threads. It uses of libc
// what every libc has, and is linked against none.
//
// One that has been idle then asks for its next event itself, and waits a moment to be frozen: what it would do on the way to that
// in JavaScript needs 4 to 5 MiB of the pages that it has just given back.

typedef struct { unsigned type, flags; unsigned long offset, address, physical, fileSize, size, alignment; } Segment; // Elf64_Phdr
typedef struct { unsigned long base; const char *name; const Segment *segments; unsigned short count; } Object; // dl_phdr_info
typedef struct { int descriptor; short wanted, found; } Watched; // pollfd
typedef struct { int socket; char text[512]; unsigned long length; } Question;

enum { LOADED = 1, WRITABLE = 2, READ_ONLY = 0, NOT_NEEDED = 4 /* MADV_DONTNEED */, PAGES = 512, READABLE = 1, MOMENT = 100 /* ms */ };
static const unsigned long PRESENT = 1UL << 63, SWAPPED = 1UL << 62, OF_A_FILE = 1UL << 61; // proc_pid_pagemap(5)

extern int open(const char *, int, ...);
extern int close(int);
extern long pread(int, void *, unsigned long, long);
extern long write(int, const void *, unsigned long);
extern int poll(Watched *, unsigned long, int);
extern int getpagesize(void);
extern int madvise(void *, unsigned long, int);
extern int dl_iterate_phdr(int (*)(Object *, unsigned long, void *), void *);
extern int malloc_trim(unsigned long) __attribute__((weak)); // glibc's
// v8::Isolate::GetCurrent, and v8::Isolate::LowMemoryNotification: collects, and gives back the pages of an empty nursery.
extern void *_ZN2v87Isolate10GetCurrentEv(void) __attribute__((weak));
extern void _ZN2v87Isolate21LowMemoryNotificationEv(void *) __attribute__((weak));
// Node-API. The results are statuses, 0 where it worked.
extern int napi_get_named_property(void *env, void *object, const char *name, void **value);
extern int napi_set_named_property(void *env, void *object, const char *name, void *value);
extern int napi_get_value_int32(void *env, void *value, int *number);
extern int napi_get_value_string_utf8(void *env, void *value, char *text, unsigned long size, unsigned long *length);
extern int napi_create_int32(void *env, int number, void **value);

/// Whether every page between two page numbers is the file's own, or not there. One that was written to (by a relocation, a
/// debugger, or as Node.js moves its program into large pages) would be lost.
static int isAsInFile(int pagemap, unsigned long first, unsigned long end) {
    unsigned long entries[PAGES];
    while (first < end) {
        long wanted = (long)(end - first < PAGES ? end - first : PAGES) * 8;
        if (pread(pagemap, entries, (unsigned long)wanted, (long)first * 8) != wanted) return 0;
        for (long at = 0; at < wanted / 8; at++, first++) {
            if ((entries[at] & SWAPPED) || ((entries[at] & PRESENT) && !(entries[at] & OF_A_FILE))) return 0;
        }
    }
    return 1;
}

/// The pages stay in the machine's memory as long as there is room, and the process gets those back that it touches.
static int dropSegments(Object *object, unsigned long size, void *pagemap) {
    (void)size;
    unsigned long page = (unsigned long)getpagesize();
    for (int index = 0; index < object->count; index++) {
        const Segment *segment = object->segments + index;
        if (segment->type != LOADED || (segment->flags & WRITABLE)) continue;
        unsigned long first = (object->base + segment->address) / page;
        unsigned long end = (object->base + segment->address + segment->fileSize + page - 1) / page;
        if (isAsInFile(*(int *)pagemap, first, end)) madvise((void *)(first * page), (end - first) * page, NOT_NEEDED);
    }
    return 0;
}

static void drop(void) {
    int pagemap = open("/proc/self/pagemap", READ_ONLY);
    if (pagemap < 0) return;
    dl_iterate_phdr(dropSegments, &pagemap);
    close(pagemap);
}

/// Whether `exports` has a question, and the socket for it. A text that does not fit is cut off, and the rest is not sent here.
static int readQuestion(void *env, void *exports, Question *question) {
    void *value;
    if (napi_get_named_property(env, exports, "socket", &value) || napi_get_value_int32(env, value, &question->socket)) return 0;
    if (napi_get_named_property(env, exports, "question", &value)) return 0;
    return !napi_get_value_string_utf8(env, value, question->text, sizeof question->text, &question->length);
}

/// What Node.js calls of an add-on (Node-API) that it has loaded. `exports.sent`: how many bytes of the question have been sent.
__attribute__((visibility("default"))) void *napi_register_module_v1(void *env, void *exports) {
    Question question;
    int asks = readQuestion(env, exports, &question);
    if (_ZN2v87Isolate10GetCurrentEv && _ZN2v87Isolate21LowMemoryNotificationEv) {
        _ZN2v87Isolate21LowMemoryNotificationEv(_ZN2v87Isolate10GetCurrentEv());
    }
    if (malloc_trim) malloc_trim(0);
    drop();
    if (!asks) return exports;
    long sent = write(question.socket, question.text, question.length);
    if (sent <= 0) return exports;
    Watched watched = {question.socket, READABLE, 0};
    poll(&watched, 1, MOMENT);
    void *value;
    if (!napi_create_int32(env, (int)sent, &value)) napi_set_named_property(env, exports, "sent", value);
    return exports;
}
