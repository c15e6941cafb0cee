/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a case was searched for in: a row each, in the case file. */
#ifndef TOOLS_SCAN_FILES_H
#define TOOLS_SCAN_FILES_H

#include "case_file.h"
#include "picture.h"
#include "scan_path.h"

/** How files are signed: raised where that changes, it makes all of them be read
 * again. */
#define SCAN_SIGNED 1

/** What is recorded of a file. */
struct scan_file {
    int64_t id;
    struct file_stamp stamp;
    int64_t signed_as; /* SCAN_SIGNED of then; 0: to be read again */
    enum status status;
    int64_t searched; /* the newest picture when it was read */
    int64_t scan;     /* that read it last */
    bool by_hash;     /* nothing but its hash was kept */
    bool is_gone;     /* it was not there the last time */
};

struct scan_files {
    struct case_file *file;
    int64_t scan, now;
    int64_t newest; /* the newest picture that is looked for */
    sqlite3_stmt *find, *find_folder, *add_folder, *put, *lose, *came_back,
        *restore;
    char *folder;      /* looked up last, */
    int64_t folder_id; /* and its id; 0: it has none yet */
    uint8_t *visited;  /* a bit for each id: met in this run */
    size_t n_visited;  /* bytes */
};

/** False after a message, as all of these. */
bool scan_files_open(struct scan_files *files, struct case_file *file);
void scan_files_close(struct scan_files *files);

/** 1, or 0 where nothing is recorded at that absolute path; -1 on failure. */
int scan_files_find(struct scan_files *files, const char *path,
                    struct scan_file *out);

/** Quality, and the four words of the upright PDQ hash. */
#define SCAN_HASH 33

/** What is kept of a picture, if it was signed. */
struct scan_kept {
    bool has_hash;
    uint8_t hash[SCAN_HASH];
    sitr_signature *regions; /* owned by whoever has this; NULL: not kept */
};

/** Fills in the hash. */
void scan_kept_hash(struct scan_kept *kept, const sitr_signature *signature);

/** Records what was read, within a transaction. */
bool scan_files_record(struct scan_files *files, const char *path,
                       const struct picture *picture,
                       const struct scan_kept *kept, int64_t *id);

/** It is there again, or no more; within a transaction. */
bool scan_files_return(struct scan_files *files, int64_t id);
bool scan_files_lose(struct scan_files *files, int64_t id);
/** What was not met in folders that were looked through. */
bool scan_files_lose_rest(struct scan_files *files,
                          const struct scan_paths *paths, int64_t *n_lost);

/** What was recorded of that path, and of all below it if it is a folder, is there
 * no more. */
bool scan_files_lose_path(struct scan_files *files, const char *path,
                          int64_t *n_lost);

void scan_files_visit(struct scan_files *files, int64_t id);
bool scan_files_visited(const struct scan_files *files, int64_t id);
/** Begins anew: none is. */
void scan_files_unvisit(struct scan_files *files);

/** The absolute path that columns hold, of a folder and of a name in it; NULL where
 * they hold none. To be freed. */
char *scan_files_path(sqlite3_stmt *row, int folder, int name);

#endif
