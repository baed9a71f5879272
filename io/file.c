/* SPDX-License-Identifier: Apache-2.0 */
#include "io/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ilp/crypto.h"

#define FIRST_ROOM 4096

/* Doubles the room; what was in the old one is wiped. NULL when there is no
 * memory, or it would be too much. */
static uint8_t *grow(uint8_t *content, size_t *room)
{
	size_t more = *room ? 2 * *room : FIRST_ROOM;
	uint8_t *grown = NULL;

	if (more <= FILE_SIZE_MAX)
		grown = malloc(more);
	if (grown && content)
		memcpy(grown, content, *room);
	file_free(content, *room);
	*room = more;
	return grown;
}

static uint8_t *read_all(FILE *file, size_t *len)
{
	size_t room = 0;
	uint8_t *content = grow(NULL, &room);

	*len = 0;
	while (content && !feof(file) && !ferror(file)) {
		*len += fread(content + *len, 1, room - *len, file);
		if (*len == room)
			content = grow(content, &room);
	}
	if (content && !ferror(file))
		return content;
	file_free(content, *len);
	return NULL;
}

uint8_t *file_read(const char *path, size_t *len, char *error,
		   size_t error_size)
{
	FILE *file = (errno = 0, fopen(path, "rb"));
	uint8_t *content = file ? read_all(file, len) : NULL;

	/* Reading a folder is an error, too, of the read. */
	if (!content)
		snprintf(error, error_size, "%s: %s", path,
			 errno ? strerror(errno) : "too large");
	if (file)
		fclose(file);
	return content;
}

void file_free(uint8_t *content, size_t len)
{
	if (content)
		ilp_secret_clear(content, len);
	free(content);
}
