/* Three threads, each waiting in one way only: for a lock that another holds most of the time, for a pipe, for time. */
#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
static uint32_t word;
static int ends[2];
__attribute__((noinline)) static void wait_lock(void) { syscall(SYS_futex, &word, FUTEX_WAIT, 0, 0, 0, 0); }
__attribute__((noinline)) static void wait_pipe(void) {
  char byte;
  if (read(ends[0], &byte, 1) != 1) _exit(1);
}
__attribute__((noinline)) static void wait_sleep(void) { usleep(100000); }
static void *locker(void *name) {
  prctl(PR_SET_NAME, name);
  for (;;) wait_lock();
  return 0;
}
static void *piper(void *name) {
  prctl(PR_SET_NAME, name);
  for (;;) wait_pipe();
  return 0;
}
static void *sleeper(void *name) {
  prctl(PR_SET_NAME, name);
  for (;;) wait_sleep();
  return 0;
}
int main(void) {
  pthread_t thread;
  if (pipe(ends)) return 1;
  pthread_create(&thread, 0, locker, "w-lock");
  pthread_create(&thread, 0, piper, "w-pipe");
  pthread_create(&thread, 0, sleeper, "w-sleep");
  for (;;) {
    usleep(100000);
    syscall(SYS_futex, &word, FUTEX_WAKE, 1, 0, 0, 0);
    if (write(ends[1], "x", 1) != 1) return 1;
  }
}
