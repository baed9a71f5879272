/* SPDX-License-Identifier: Apache-2.0 */
/* Steps take a file from version to version, all of them or none; and a file
 * has the tables of its version, or is not taken for one. */
#include "ledger/schema.h"

#include "test/check.h"

static const char *const steps[] = {
	"CREATE TABLE a (x INTEGER NOT NULL) STRICT; INSERT INTO a VALUES (7);",
	"ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 5;",
	"CREATE TABLE b (z BLOB) STRICT; UPDATE a SET y = x + y;",
};

#define STEPS 3

static sqlite3 *open_memory(int version)
{
	sqlite3 *db;

	CHECK_INT(sqlite3_open(":memory:", &db), SQLITE_OK);
	CHECK_INT(schema_migrate(db, steps, 0, version), SQLITE_OK);
	return db;
}

static int64_t number(sqlite3 *db, const char *sql)
{
	int64_t out = -1;

	CHECK_INT(schema_number(db, sql, &out), SQLITE_OK);
	return out;
}

static void steps_follow_one_another(void)
{
	for (int version = 0; version <= STEPS; version++) {
		sqlite3 *db = open_memory(version);

		CHECK_INT(number(db, "PRAGMA user_version"), version);
		CHECK_INT(number(db, "PRAGMA application_id"),
			  SCHEMA_APPLICATION_ID);
		CHECK_INT(schema_migrate(db, steps, version, STEPS), SQLITE_OK);
		CHECK_INT(number(db, "PRAGMA user_version"), STEPS);
		CHECK_INT(number(db, "SELECT y FROM a"), 12);
		CHECK(schema_is_ours(db, steps, STEPS));
		sqlite3_close(db);
	}
}

static void a_step_that_fails_takes_all_back(void)
{
	const char *const bad[] = { steps[0], steps[1], "CREATE nonsense" };
	sqlite3 *db = open_memory(1);

	CHECK(schema_migrate(db, bad, 1, STEPS) != SQLITE_OK);
	CHECK(sqlite3_get_autocommit(db));
	CHECK_INT(number(db, "PRAGMA user_version"), 1);
	CHECK(schema_is_ours(db, steps, 1));
	sqlite3_close(db);
}

static void other_tables_are_not_ours(void)
{
	static const char *const changes[] = {
		"DROP TABLE b",
		"ALTER TABLE b ADD COLUMN more INTEGER",
		"CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END",
		"CREATE VIEW v AS SELECT * FROM a",
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		sqlite3 *db = open_memory(STEPS);

		CHECK_INT(sqlite3_exec(db, changes[i], NULL, NULL, NULL),
			  SQLITE_OK);
		if (schema_is_ours(db, steps, STEPS))
			fail_msg("%s", changes[i]);
		sqlite3_close(db);
	}
}

static void whoever_looks_often_may_add_an_index(void)
{
	sqlite3 *db = open_memory(STEPS);

	CHECK_INT(sqlite3_exec(db, "CREATE INDEX i ON a (x)", NULL, NULL, NULL),
		  SQLITE_OK);
	CHECK(schema_is_ours(db, steps, STEPS));
	sqlite3_close(db);
}

TESTS(TEST(steps_follow_one_another), TEST(a_step_that_fails_takes_all_back),
      TEST(other_tables_are_not_ours),
      TEST(whoever_looks_often_may_add_an_index))
