/* SPDX-License-Identifier: Apache-2.0 */
/* config_option.h - what can be configured: a row for each option.
 *
 * How a value is read, where it goes, what is wrong with it and what the
 * documentation says of it all come from its row.
 */
#ifndef NODE_CONFIG_OPTION_H
#define NODE_CONFIG_OPTION_H

#include "base/bytes.h"

enum config_kind {
	CONFIG_SAME,     /* another name for the option `same_as` */
	CONFIG_GROUP,    /* an object of the options whose names go on from
			    this one's behind a dot */
	CONFIG_LIST,     /* an array of objects, each as in `inside` */
	CONFIG_PREFIXES, /* struct config_prefixes */
	CONFIG_FLAG,     /* bool */
	CONFIG_NUMBER,   /* an unsigned integer of any size */
	CONFIG_DOOR,     /* uint32_t, a port; CONFIG_NO_DOOR: none */
	CONFIG_WORD,     /* an enum, by its place in `words` */
	CONFIG_STRING,   /* const char *, as is the next */
	CONFIG_HOST,     /* the text of an IP address */
	CONFIG_TEXT,     /* struct ilp_bytes, as are the next four */
	CONFIG_ID,
	CONFIG_ADDRESS,
	CONFIG_PREFIX,
	CONFIG_URL,
	CONFIG_CALLBACK, /* struct ilp_bytes, a URL of ours */
	CONFIG_CODE,    /* the code of an asset, in an array of char */
	CONFIG_TOKEN,   /* into struct account_settings */
	CONFIG_AMOUNT,  /* struct ilp_amount */
	CONFIG_UNITS,   /* the same as uint64_t, for struct limit_settings */
	CONFIG_MAXIMUM, /* signed_units, and likewise the next */
	CONFIG_MINIMUM,
	CONFIG_FRACTION, /* uint32_t, in millionths */
	CONFIG_RATES,    /* struct config_rates, as is the next */
	CONFIG_PRICES,
	CONFIG_NAMES,  /* struct config_names */
	CONFIG_CODES,  /* struct config_codes */
	CONFIG_SOURCE, /* const char *, the URL of a source of prices */
};

/* The port that a door has which is wanted by `true`. */
#define CONFIG_DOOR_PORT 7769

struct config_object;

/* What becomes of another value while the node runs (config_plan.h). Of a list
 * it is said for all that is in it, unless that says more itself. */
enum config_change {
	CONFIG_UNTOLD,
	CONFIG_LIVE,    /* it counts from then on */
	CONFIG_RESTART, /* it does not count before the node starts anew */
};

struct config_option {
	const char *name;
	enum config_kind kind;
	bool required;   /* in a group: if the group is there */
	bool secret;     /* never shown, not even if it is wrong */
	bool unlimited;  /* may be "unlimited" */
	size_t at;       /* where the value goes in the object's struct, */
	size_t size;     /* and how large it is there */
	size_t count_at; /* of a list: where its length goes */
	enum config_change change;
	uint64_t min;    /* of numbers, amounts, and lengths of texts */
	uint64_t max;
	const char *unit;
	const char *const *words; /* up to a NULL */
	const struct config_object *inside;
	const char *same_as;
	const char *initial;   /* the default, as JSON */
	const char *example;   /* when there is no default, as YAML */
	const char *connector; /* what ilp-connector calls it, if it has it */
	const char *text;      /* for people */
};

struct config_object {
	const char *name; /* what one of these is, for people */
	size_t size;      /* of its struct */
	const struct config_option *options;
	size_t option_count;
};

/* The outermost one comes first. */
#define CONFIG_OBJECTS 6

extern const struct config_object *const config_objects[CONFIG_OBJECTS];

extern const struct config_object *const config_account_object;

/* What is in a list, of an object that has it. */
struct config_items {
	const uint8_t *at;
	size_t count;
};

struct config_items config_items(const struct config_option *list,
				 const void *object);

/* What the option's value is to be: "a whole number from 0 to 255". */
struct config_expected {
	char text[128];
};

struct config_expected config_option_expected(const struct config_option *o);

/* The name of an option within a group, or outside all of them when `group` is
 * empty; NULL when it does not stand there. */
const char *config_option_name_in(const struct config_option *o,
				  const char *group);

/* The index of an option by its whole name. */
size_t config_option_index(const struct config_object *object,
			   struct ilp_bytes name);

#endif
