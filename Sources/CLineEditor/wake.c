// For pipe2.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "wake.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};
enum { taken_count = sizeof taken / sizeof taken[0] };

static struct sigaction before[taken_count];
/// The pipe's ends; the handler needs them, so they are no part of an editor.
static int reader = -1;
static int writer = -1;

static void write_to_pipe(unsigned char byte) {
  int saved = errno;
  // A full pipe wakes the reader as well.
  ssize_t written = write(writer, &byte, 1);
  (void)written;
  errno = saved;
}

static void handle(int signal) { write_to_pipe((unsigned char)signal); }

void ft_wake_for_messages(void) { write_to_pipe(0); }

bool ft_wake_open(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return false;
  reader = ends[0];
  writer = ends[1];
  return true;
}

int ft_wake_reader(void) { return reader; }

void ft_wake_close(void) {
  close(reader);
  close(writer);
  reader = writer = -1;
}

static void take(int index) {
  struct sigaction action = {0};
  action.sa_handler = handle;
  sigfillset(&action.sa_mask);
  sigaction(taken[index], NULL, &before[index]);
  // What is ignored stays so: such as SIGHUP under nohup.
  if (before[index].sa_handler != SIG_IGN) sigaction(taken[index], &action, NULL);
}

void ft_wake_take_signals(void) {
  for (int i = 0; i < taken_count; i++) take(i);
}

void ft_wake_return_signals(void) {
  for (int i = 0; i < taken_count; i++) sigaction(taken[i], &before[i], NULL);
}
