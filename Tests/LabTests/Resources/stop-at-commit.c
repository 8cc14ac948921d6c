/*
 * Loaded into the agent (LD_PRELOAD), stops it by SIGSTOP around every durable write of one file,
 * so that a test can look at what is on disk then, and kill it exactly there.
 *
 * STOP_FILE    the end of that file's path: the journal's write-ahead log
 * STOP_FOLDER  it stops after a commit while STOP_FOLDER/after exists, and before the first write
 *              of the next one while STOP_FOLDER/before exists
 *
 * SQLite writes a commit by pwrite and makes it durable by fdatasync (synchronous FULL); one
 * connection writes, so the flag below needs no lock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Whether something was written since the last commit. */
static volatile sig_atomic_t is_dirty = 0;

static int is_watched(int descriptor)
{
    const char *end = getenv("STOP_FILE");
    char link[64], path[PATH_MAX];
    ssize_t length;

    if (end == NULL)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    length = readlink(link, path, sizeof path - 1);
    if (length < (ssize_t)strlen(end))
        return 0;
    path[length] = '\0';
    return strcmp(path + length - strlen(end), end) == 0;
}

static void stop_if_told(const char *moment)
{
    const char *folder = getenv("STOP_FOLDER");
    char path[PATH_MAX];
    int before = errno;

    if (folder == NULL)
        return;
    snprintf(path, sizeof path, "%s/%s", folder, moment);
    /* To this very thread, which therefore goes no further. */
    if (access(path, F_OK) == 0)
        raise(SIGSTOP);
    errno = before;
}

static int made_durable(int descriptor, const char *name)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(descriptor);

    if (result == 0 && is_watched(descriptor)) {
        is_dirty = 0;
        stop_if_told("after");
    }
    return result;
}

static void about_to_write(int descriptor)
{
    if (!is_dirty && is_watched(descriptor)) {
        is_dirty = 1;
        stop_if_told("before");
    }
}

int fdatasync(int descriptor)
{
    return made_durable(descriptor, "fdatasync");
}

int fsync(int descriptor)
{
    return made_durable(descriptor, "fsync");
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset)
{
    ssize_t (*real)(int, const void *, size_t, off64_t) =
        (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");

    about_to_write(descriptor);
    return real(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset)
{
    ssize_t (*real)(int, const void *, size_t, off_t) =
        (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");

    about_to_write(descriptor);
    return real(descriptor, bytes, count, offset);
}
