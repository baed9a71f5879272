/* SPDX-License-Identifier: Apache-2.0 */
/* process.h - what the kernel knows of the process under test. */
#ifndef BENCH_FORWARD_PROCESS_H
#define BENCH_FORWARD_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#define PROCESS_THREADS_MAX 16
#define PROCESS_NAME_SIZE 16

/* Threads of the same name are counted as one. */
struct process_cpu {
	size_t count;
	struct process_thread {
		char name[PROCESS_NAME_SIZE];
		uint64_t ns; /* in user mode and in the kernel */
	} threads[PROCESS_THREADS_MAX];
};

void process_cpu(struct process_cpu *out, int pid);

/* A value of /proc/PID/status, such as "VmRSS", in KiB; 0 if there is none. */
uint64_t process_memory_kib(int pid, const char *key);

#endif
