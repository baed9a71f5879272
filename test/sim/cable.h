/* SPDX-License-Identifier: Apache-2.0 */
/* cable.h - one connection between the two ends of an edge, and all that a
 * network does to it.
 *
 * The observer sits on it: it is told of each packet when its last byte is
 * written, and when that byte is read.
 *
 * As a line of ILP over HTTP it carries questions from the side that has
 * connected, and answers to these alone; so that there are many between the
 * same two, and request ids are those of one cable.
 */
#ifndef SIM_CABLE_H
#define SIM_CABLE_H

#include "test/sim/agenda.h"
#include "test/sim/observer.h"
#include "test/sim/pipe.h"
#include "test/sim/tap.h"

struct world;

struct cable {
	struct world *world;
	unsigned edge;
	unsigned from;   /* the side that has connected */
	uint32_t number; /* of all cables, from 1 on */
	struct actor *actors[2];
	struct {
		struct pipe pipe; /* what this side writes */
		struct tap tap;
		struct passing *passing; /* packets under way */
		size_t passing_from;
		size_t passing_to;
		size_t passing_room;
		bool blocked;       /* it found no room, and wants to be told */
		int64_t blocked_us; /* when it last was so, */
		int64_t full_us;    /* and when first; ILP_NEVER_US: never */
		bool closed;
		int64_t hears_us; /* of a cut */
	} sides[2];
	bool cut;
	struct cable *next; /* of the same edge */
};

/* Lays one, from that side; the actors are those of the edge's two ends. */
struct cable *cable_lay(struct world *world, unsigned edge, unsigned from,
			struct actor *actors[2]);
void cable_destroy(struct cable *cable);

/* How many of the bytes were taken. When it is not all, the side is woken once
 * there is room. */
size_t cable_write(struct cable *cable, unsigned side, struct ilp_bytes in);

/* How much there is to read. */
size_t cable_readable(struct cable *cable, unsigned side);
size_t cable_read(struct cable *cable, unsigned side, uint8_t *out, size_t max,
		  struct ilp_time now);

/* Has this side heard that there is nothing more to come? */
bool cable_is_over(struct cable *cable, unsigned side);

/* When there is something new for this side. */
int64_t cable_next_us(struct cable *cable, unsigned side);

/* The side has done with it. What it wrote still arrives. */
void cable_close(struct cable *cable, unsigned side);

/* It breaks; each side hears of it after a time of its own. */
void cable_cut(struct cable *cable, int64_t hears_us[2]);

/* Nothing arrives for so long. */
void cable_silence(struct cable *cable, int64_t until_us);

#endif
