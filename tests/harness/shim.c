/* What a test preloads into the program to make the system fail it, named by SAIGEN_SHIM:
 *   full:BYTES     writes to the store fail with ENOSPC once so many bytes were written there
 *   read-only      nothing can be opened for writing below the store (EROFS)
 *   clock:SECONDS  the wall clock is off by so many seconds
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *asked(const char *what) {
  const char *shim = getenv("SAIGEN_SHIM");
  return shim && !strncmp(shim, what, strlen(what)) ? shim + strlen(what) : NULL;
}

static int is_store(const char *path) { return path && strstr(path, "artifacts/store"); }

static int is_store_file(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_store(path);
}

/* How many of count bytes still fit. */
static size_t room(int fd, size_t count) {
  static size_t written;
  const char *limit = asked("full:");
  if (!limit || !is_store_file(fd)) return count;
  size_t most = strtoul(limit, NULL, 10);
  size_t left = written < most ? most - written : 0;
  size_t taken = count < left ? count : left;
  written += taken;
  return taken;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = dlsym(RTLD_NEXT, "write");
  size_t taken = room(fd, count);
  if (count && !taken) return errno = ENOSPC, -1;
  return real(fd, bytes, taken);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
  size_t taken = room(fd, count);
  if (count && !taken) return errno = ENOSPC, -1;
  return real(fd, bytes, taken, offset);
}

int open64(const char *path, int flags, ...) {
  static int (*real)(const char *, int, ...);
  if (!real) real = dlsym(RTLD_NEXT, "open64");
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (asked("read-only") && is_store(path) && flags & (O_WRONLY | O_RDWR)) return errno = EROFS, -1;
  return real(path, flags, mode);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, time);
  const char *off = asked("clock:");
  if (!result && off && clock == CLOCK_REALTIME) time->tv_sec += strtol(off, NULL, 10);
  return result;
}
