/* SPDX-License-Identifier: Apache-2.0 */
/* A case file: SQLite, what is kept of the pictures of one case or of a centre's
 * many. It holds no picture; FORMAT.md has its tables. */
#ifndef TOOLS_CASE_FILE_H
#define TOOLS_CASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <sqlite3.h>

#include <sitr.h>

struct case_file {
    sqlite3 *db;
    const char *path; /* as it was given */
    struct {
        dev_t device;
        ino_t inode;
    } parts[3]; /* the file, its log and the index of that; 0, 0: not there */
    bool is_locked;
    int lock; /* a descriptor of the file, where it is */
};

/** Whether what the path names is a case file, by its first bytes. */
bool case_file_is(const char *path);

/** Makes one where nothing is, readable by its owner alone. */
bool case_file_create(struct case_file *file, const char *path);

/** Opens one that may come from anywhere: that it has our tables and nothing
 * else, that they are whole, and no newer than this program. */
bool case_file_open(struct case_file *file, const char *path);

/** One in memory alone, that goes with the last of it; `path` is for messages. */
bool case_file_create_in_memory(struct case_file *file, const char *path);

/** Its bytes, as a file of it would have them: to be freed by sqlite3_free. NULL
 * where there is no memory. */
uint8_t *case_file_bytes(struct case_file *file, size_t *size);

/** Opens such bytes, which must stay, as case_file_open would the file. */
bool case_file_open_bytes(struct case_file *file, const char *path,
                          const uint8_t *bytes, size_t size);

/** Of one that was never opened too, as long as it is zero. */
void case_file_close(struct case_file *file);

/** Whether that file is a part of this one, while it is open. It is not to be read:
 * with any descriptor that is closed, the locks of SQLite are gone. */
bool case_file_owns(const struct case_file *file, dev_t device, ino_t inode);

/** Of what scans it, one at a time: others are refused, and who reads it or adds to
 * it is not. Goes with the file or the process. 1, 0 where another has it, -1
 * after a message. */
int case_file_lock(struct case_file *file);

/* These say what failed, and return false or NULL. */

bool case_file_run(struct case_file *file, const char *sql);
sqlite3_stmt *case_file_prepare(struct case_file *file, const char *sql);
/** Runs a statement that returns no row, and makes it ready to run again. */
bool case_file_step(struct case_file *file, sqlite3_stmt *statement);
/** 1 where there is a row, 0 at the end, -1 where it failed. */
int case_file_row(struct case_file *file, sqlite3_stmt *statement);

/** Says that what was read cannot have been written here, or that there was no
 * memory to look at it; false. */
bool case_file_refuse(const struct case_file *file, sitr_status status);

/** From here on waits ten minutes for another command to be done. */
void case_file_be_patient(struct case_file *file);

/** Between these all is done or nothing. The first waits five seconds for another
 * command to be done, unless it is patient. */
bool case_file_begin(struct case_file *file);
bool case_file_commit(struct case_file *file);
void case_file_roll_back(struct case_file *file);

/** What was erased goes from the disk: the file is written anew, and its log cut
 * off. */
bool case_file_erase(struct case_file *file);

#endif
