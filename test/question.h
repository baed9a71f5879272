/* SPDX-License-Identifier: Apache-2.0 */
/* question.h - what becomes of a Prepare on a stage (scene.h), and what that
 * means for the money, step by step as it is seen on the wires. Each step
 * fails the test when the node must not have done it.
 */
#ifndef TEST_QUESTION_H
#define TEST_QUESTION_H

#include "test/scene.h"

/* A new one, with a copy of its packet. */
struct question *question_write(struct peer *from, struct ilp_bytes packet);

/* It is to come out as this packet, but for amount and expiry; or not to come
 * out at all, since the node itself fulfills it with that one. */
void question_turn(struct question *q, struct ilp_bytes packet);
void question_end_here(struct question *q, struct ilp_bytes fulfill);

/* The node has it. */
void question_ask(struct question *q);

/* A Prepare has reached a peer. */
void question_pass(struct peer *to, uint32_t request, struct ilp_bytes packet);

/* A peer's answer has reached the node. */
void question_reply(struct peer *by, uint32_t request, struct ilp_bytes packet);

/* The node's answer has reached who asked, or was lost on its way. */
void question_hear(struct peer *by, uint32_t request, struct ilp_bytes packet,
		   bool heard);

/* Time acts on all that are open. */
void questions_expire(struct scene *s);

/* At the end of a round: those that have their answer are over, and whatever
 * else should have happened to the others has. */
void questions_settle(struct scene *s);

/* What all that are open come to for a peer. */
struct question_sums {
	ilp_u128 held_in;
	ilp_u128 held_out;
	uint32_t in;
	uint32_t out;
};

struct question_sums questions_sum(const struct scene *s,
				   const struct peer *peer);

void question_free(struct question *q);

#endif
