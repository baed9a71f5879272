/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of any size is there, is zeros, and goes. */
#include "base/big.h"

#include "test/check.h"

static void is_zeros_at_any_size(void)
{
	static const size_t sizes[] = { 0,       1,       4096,    4194303,
					4194304, 4194305, 20000001 };

	for (int turn = 0; turn < 3; turn++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			uint8_t *memory = big_alloc(sizes[i]);
			uint8_t sum = 0;

			CHECK(memory != NULL);
			for (size_t k = 0; k < sizes[i]; k++) {
				sum |= memory[k];
				memory[k] = 0xff;
			}
			CHECK_INT(sum, 0);
			big_free(memory, sizes[i]);
		}
	}
}

static void nothing_can_be_freed(void)
{
	big_free(NULL, 0);
	big_free(NULL, 100000000);
}

/* More than any machine has addresses for. */
static void too_much_is_refused(void)
{
	CHECK(big_alloc((size_t)1 << 62) == NULL);
}

TESTS(TEST(is_zeros_at_any_size), TEST(nothing_can_be_freed),
      TEST(too_much_is_refused))
