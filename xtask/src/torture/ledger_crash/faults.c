/* Makes file calls of a program fail, to see what it does then: loaded before the C library by LD_PRELOAD.
 *
 * FAULT_CALL   open, write, short, fsync, fsyncdir, rename, unlink, read; unset: counts only
 * FAULT_ERRNO  the number of the error
 * FAULT_NTH    the call that fails first, counted from 1; every later one fails too (a full disk stays full)
 * FAULT_UNDER  only files whose path begins so
 * FAULT_LOG    a file that gets a byte for every call of the kind; says how many there were
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long calls;

static int is_under(const char *path) {
    const char *under = getenv("FAULT_UNDER");
    char whole[PATH_MAX];
    if (!under || !path) return 0;
    if (path[0] != '/') {
        if (!getcwd(whole, sizeof whole - strlen(path) - 2)) return 0;
        strcat(whole, "/");
        strcat(whole, path);
        path = whole;
    }
    return strncmp(path, under, strlen(under)) == 0;
}

static int of_descriptor(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

/* Whether this call fails. An interrupted call is one: it may be made again. */
static int fails(const char *call, const char *path) {
    const char *wanted = getenv("FAULT_CALL"), *nth = getenv("FAULT_NTH"), *log = getenv("FAULT_LOG");
    if (!wanted || strcmp(wanted, call) || !is_under(path)) return 0;
    long count = __sync_add_and_fetch(&calls, 1);
    if (log) {
        int fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd >= 0) { syscall(SYS_write, fd, ".", 1); syscall(SYS_close, fd); }
    }
    if (!nth) return 0;
    int error = atoi(getenv("FAULT_ERRNO"));
    int failing = error == EINTR ? count == atol(nth) : count >= atol(nth);
    if (failing) errno = error;
    return failing;
}

static int fails_at(const char *call, int fd) {
    char path[PATH_MAX];
    if (!getenv("FAULT_CALL") || strcmp(getenv("FAULT_CALL"), call)) return 0;
    return of_descriptor(fd, path) && fails(call, path);
}

#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))

static int opened(const char *name, int folder, const char *path, int flags, mode_t mode) {
    /* A file that is only read is another matter: see read. */
    if ((flags & (O_WRONLY | O_RDWR)) && fails("open", path)) return -1;
    (void)name;
    return syscall(SYS_openat, folder, path, flags, mode);
}
static mode_t mode_of(int flags, va_list rest) {
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}
#define OPEN(name)                                                                  \
    int name(const char *path, int flags, ...) {                                    \
        va_list rest; va_start(rest, flags);                                        \
        mode_t mode = mode_of(flags, rest); va_end(rest);                           \
        return opened(#name, AT_FDCWD, path, flags, mode);                          \
    }
#define OPENAT(name)                                                                \
    int name(int folder, const char *path, int flags, ...) {                        \
        va_list rest; va_start(rest, flags);                                        \
        mode_t mode = mode_of(flags, rest); va_end(rest);                           \
        return opened(#name, folder, path, flags, mode);                            \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define WRITE(name, parameters, length, call)                                       \
    ssize_t name parameters {                                                       \
        if (fails_at("write", fd)) return -1;                                       \
        if (length > 1 && fails_at("short", fd)) {                                  \
            /* A part is written; the rest fails. */                                \
            static __thread int cut;                                                \
            if (!cut) { cut = 1; length = length / 2; return call; }                \
            cut = 0;                                                                \
            return -1;                                                              \
        }                                                                           \
        return call;                                                                \
    }
WRITE(write, (int fd, const void *bytes, size_t count), count, syscall(SYS_write, fd, bytes, count))
WRITE(pwrite, (int fd, const void *bytes, size_t count, off_t at), count, syscall(SYS_pwrite64, fd, bytes, count, at))
WRITE(pwrite64, (int fd, const void *bytes, size_t count, off64_t at), count, syscall(SYS_pwrite64, fd, bytes, count, at))
ssize_t writev(int fd, const struct iovec *pieces, int count) {
    if (fails_at("write", fd) || fails_at("short", fd)) return -1;
    return syscall(SYS_writev, fd, pieces, count);
}

static int is_folder(int fd) {
    struct stat known;
    return fstat(fd, &known) == 0 && S_ISDIR(known.st_mode);
}
int fsync(int fd) {
    if (fails_at(is_folder(fd) ? "fsyncdir" : "fsync", fd)) return -1;
    return syscall(SYS_fsync, fd);
}
int fdatasync(int fd) {
    if (fails_at("fsync", fd)) return -1;
    return syscall(SYS_fdatasync, fd);
}

int rename(const char *from, const char *to) {
    if (fails("rename", to)) return -1;
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int unlink(const char *path) {
    if (fails("unlink", path)) return -1;
    return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

ssize_t read(int fd, void *bytes, size_t count) {
    if (fails_at("read", fd)) return -1;
    return syscall(SYS_read, fd, bytes, count);
}
ssize_t pread(int fd, void *bytes, size_t count, off_t at) {
    if (fails_at("read", fd)) return -1;
    return syscall(SYS_pread64, fd, bytes, count, at);
}
ssize_t pread64(int fd, void *bytes, size_t count, off64_t at) {
    if (fails_at("read", fd)) return -1;
    return syscall(SYS_pread64, fd, bytes, count, at);
}
static void *mapped(void *at, size_t length, int protection, int flags, int fd, off64_t from) {
    if (fd >= 0 && fails_at("read", fd)) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, length, protection, flags, fd, from);
}
void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t from) {
    return mapped(at, length, protection, flags, fd, from);
}
void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t from) {
    return mapped(at, length, protection, flags, fd, from);
}
