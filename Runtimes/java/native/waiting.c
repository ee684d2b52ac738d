// What a Java machine that waits for its function cannot do in Java: see Waiting.java. It uses of libc what every libc has, and is
// linked against none.
#include <jni.h>

extern char **environ;
extern long read(int, void *, unsigned long);
extern long write(int, const void *, unsigned long);
extern int close(int);
extern int open(const char *, int, ...);
extern int chdir(const char *);
extern char *getenv(const char *);

enum { MESSAGE_MAXIMUM = 128 * 1024, VARIABLES_MAXIMUM = 4096, READ_AND_WRITE = 2 };

// They are the process's environment from the assignment to its end.
static char message[MESSAGE_MAXIMUM + 1];
static char *variables[VARIABLES_MAXIMUM + 1];

/// Says that the machine is ready, and waits for its assignment: the environment variables, each ended by NUL. Standard input is
/// /dev/null afterwards. Returns how many variables there are; 0: the server has gone.
JNIEXPORT jint JNICALL Java_apus_Waiting_await(JNIEnv *env, jclass self) {
    (void)env; (void)self;
    // Who was assigned before has nobody to say it to.
    long length = write(0, "", 1);
    length = read(0, message, MESSAGE_MAXIMUM);
    // The server has closed its end with that word unread: the first look says so, the next has what it sent.
    if (length < 0) length = read(0, message, MESSAGE_MAXIMUM);
    if (length <= 0) return 0;
    close(0);
    if (open("/dev/null", READ_AND_WRITE) != 0) return 0;
    int count = 0;
    for (long start = 0, at = 0; at < length && count < VARIABLES_MAXIMUM; at++) {
        if (message[at] != 0) continue;
        variables[count++] = message + start;
        start = at + 1;
    }
    environ = variables;
    const char *directory = getenv("LAMBDA_TASK_ROOT");
    return directory && chdir(directory) == 0 ? count : 0;
}

/// Adds a folder or a jar to the end of a class loader's path, as a Java agent may. Without one and without opening Java's own
/// packages to the function, only native code can. With no path it is found out whether that is possible.
JNIEXPORT void JNICALL Java_apus_Waiting_append(JNIEnv *env, jclass self, jobject loader, jstring path) {
    (void)self;
    jmethodID method = (*env)->GetMethodID(
        env, (*env)->GetObjectClass(env, loader), "appendToClassPathForInstrumentation", "(Ljava/lang/String;)V");
    if (method && path) (*env)->CallVoidMethod(env, loader, method, path);
}
