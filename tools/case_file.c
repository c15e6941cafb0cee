/* SPDX-License-Identifier: Apache-2.0 */
/* A case file, opened as something that a blackmailer may have made: see "Defense
 * Against The Dark Arts" in SQLite's documentation. */
#include "case_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case_schema.h"
#include "i18n.h"
#include "open.h"
#include "say.h"

#define WAIT_MS    5000
#define PATIENT_MS 600000
#define MAX_VALUE  (16 << 20) /* bytes: a signature is a thousandth of that */
#define MAX_HEAP   ((sqlite3_int64)512 << 20)

/* ---- What went wrong ----------------------------------------------------- */

static const char *problem(struct case_file *file)
{
    switch (sqlite3_errcode(file->db) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return _("another command is changing it; try again when that is done");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return _("damaged, or not a case file");
    case SQLITE_FULL:
        return _("no room on the disk; what was recorded before is safe");
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return _("it cannot be changed: no permission");
    case SQLITE_NOMEM:
        return _("out of memory");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return sqlite3_system_errno(file->db)
                   ? strerror(sqlite3_system_errno(file->db))
                   : _("it cannot be read or written");
    default:
        return sqlite3_errmsg(file->db);
    }
}

static bool fail(struct case_file *file)
{
    say_path(file->path, "%s", problem(file));
    return false;
}

bool case_file_refuse(const struct case_file *file, sitr_status status)
{
    say_path(file->path, "%s",
             status == SITR_ENOMEM ? _("out of memory")
                                   : _("damaged, or not a case file"));
    return false;
}

/* ---- Statements ---------------------------------------------------------- */

bool case_file_run(struct case_file *file, const char *sql)
{
    return !sqlite3_exec(file->db, sql, NULL, NULL, NULL) || fail(file);
}

sqlite3_stmt *case_file_prepare(struct case_file *file, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v3(file->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &statement, NULL))
        fail(file);
    return statement;
}

int case_file_row(struct case_file *file, sqlite3_stmt *statement)
{
    const int status = statement ? sqlite3_step(statement) : SQLITE_NOMEM;

    if (status == SQLITE_ROW) return 1;
    if (status == SQLITE_DONE) return 0;
    if (statement) fail(file); /* else it was said */
    return -1;
}

bool case_file_step(struct case_file *file, sqlite3_stmt *statement)
{
    const bool good = case_file_row(file, statement) == 0;

    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return good;
}

void case_file_be_patient(struct case_file *file)
{
    sqlite3_busy_timeout(file->db, PATIENT_MS);
}

bool case_file_begin(struct case_file *file)
{
    return case_file_run(file, "BEGIN IMMEDIATE");
}

bool case_file_commit(struct case_file *file)
{
    return case_file_run(file, "COMMIT");
}

void case_file_roll_back(struct case_file *file)
{
    if (!sqlite3_get_autocommit(file->db))
        sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
}

bool case_file_erase(struct case_file *file)
{
    bool good;

    /* it attaches the file that it writes */
    sqlite3_limit(file->db, SQLITE_LIMIT_ATTACHED, 1);
    good = case_file_run(file, "VACUUM") &&
           case_file_run(file, "PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_limit(file->db, SQLITE_LIMIT_ATTACHED, 0);
    return good;
}

/* ---- Opening ------------------------------------------------------------- */

bool case_file_is(const char *path)
{
    static const char magic[16] = "SQLite format 3";
    uint8_t head[72];
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    bool is;

    if (fd < 0) return false;
    is = open_read(fd, head, sizeof head) == (ssize_t)sizeof head &&
         !memcmp(head, magic, sizeof magic) &&
         !memcmp(head + 68, CASE_SCHEMA_APPLICATION, 4);
    close(fd);
    return is;
}

static void harden(sqlite3 *db)
{
    static const struct {
        int id, most;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, MAX_VALUE},
        {SQLITE_LIMIT_SQL_LENGTH, 100000},
        {SQLITE_LIMIT_COLUMN, 100},
        {SQLITE_LIMIT_EXPR_DEPTH, 20},
        {SQLITE_LIMIT_COMPOUND_SELECT, 3},
        {SQLITE_LIMIT_VDBE_OP, 25000},
        {SQLITE_LIMIT_FUNCTION_ARG, 8},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 40},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
    };

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(db, limits[i].id, limits[i].most);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_hard_heap_limit64(MAX_HEAP);
    sqlite3_busy_timeout(db, WAIT_MS);
}

/* Of each connection: what is sorted stays in memory, for a temporary file of it
 * would lie anywhere; what is deleted is overwritten; what is told to be on the
 * disk is. */
static bool set_up(struct case_file *file)
{
    return case_file_run(file, "PRAGMA cell_size_check = ON;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA synchronous = FULL");
}

/* With "./" in front, so that "file:" is no URI, and ":memory:" a file. */
static int open_database(const char *path, sqlite3 **db)
{
    char *const local = sqlite3_mprintf("%s%s", *path == '/' ? "" : "./", path);
    const int status =
        local ? sqlite3_open_v2(local, db,
                                SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE,
                                NULL)
              : SQLITE_NOMEM;

    sqlite3_free(local);
    return status;
}

/* Of what was just opened, or could not be. */
static bool begin(struct case_file *file, const char *path, int status)
{
    file->path = path;
    if (status) return fail(file);
    harden(file->db);
    return set_up(file);
}

static bool connect(struct case_file *file, const char *path)
{
    return begin(file, path, open_database(path, &file->db));
}

static bool connect_to_memory(struct case_file *file, const char *path)
{
    return begin(file, path,
                 sqlite3_open_v2(":memory:", &file->db,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE,
                                 NULL));
}

/* "ok", or what is wrong with it, of which a word is enough. */
static bool is_whole(struct case_file *file)
{
    sqlite3_stmt *const check =
        case_file_prepare(file, "PRAGMA quick_check(1)");
    const int got = case_file_row(file, check);
    bool whole = got > 0;

    if (whole) {
        const char *const word = (const char *)sqlite3_column_text(check, 0);

        whole = word && !strcmp(word, "ok");
        if (!whole) case_file_refuse(file, SITR_ECORRUPT);
    }
    sqlite3_finalize(check);
    return whole;
}

static bool is_good(struct case_file *file)
{
    switch (case_schema_check(file->db)) {
    case CASE_SCHEMA_GOOD:
        return is_whole(file);
    case CASE_SCHEMA_NEWER:
        say_path(file->path, _("made by a newer version of sitr: this one does "
                               "not know what is in it"));
        return false;
    case CASE_SCHEMA_OTHER:
        return case_file_refuse(file, SITR_ECORRUPT);
    case CASE_SCHEMA_FAILED:
        break;
    }
    return fail(file);
}

/* SQLite makes its files as this one is: nobody else can read them. */
static bool make_file(const char *path)
{
    const int fd =
        open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        say_path(path, "%s",
                 errno == EEXIST ? _("is there already, and is no case file")
                                 : strerror(errno));
        return false;
    }
    close(fd);
    return true;
}

static bool make_tables(struct case_file *file)
{
    return case_file_begin(file) &&
           (case_schema_make(file->db) || fail(file)) && case_file_commit(file);
}

bool case_file_create(struct case_file *file, const char *path)
{
    if (!make_file(path)) return false;
    if (connect(file, path) &&
        case_file_run(file, "PRAGMA journal_mode = WAL") && make_tables(file))
        return true;
    case_file_close(file);
    unlink(path);
    return false;
}

/* ---- In memory ----------------------------------------------------------- */

bool case_file_create_in_memory(struct case_file *file, const char *path)
{
    if (connect_to_memory(file, path) && make_tables(file)) return true;
    case_file_close(file);
    return false;
}

uint8_t *case_file_bytes(struct case_file *file, size_t *size)
{
    sqlite3_int64 n = 0;
    uint8_t *const bytes = sqlite3_serialize(file->db, "main", &n, 0);

    *size = (size_t)n;
    return bytes;
}

bool case_file_open_bytes(struct case_file *file, const char *path,
                          const uint8_t *bytes, size_t size)
{
    if (connect_to_memory(file, path) &&
        /* nothing is written to what may only be read */
        (!sqlite3_deserialize(file->db, "main", (uint8_t *)(uintptr_t)bytes,
                              (sqlite3_int64)size, (sqlite3_int64)size,
                              SQLITE_DESERIALIZE_READONLY) ||
         fail(file)) &&
        is_good(file))
        return true;
    case_file_close(file);
    return false;
}

static void warn_of_readers(const char *path)
{
    struct stat st;

    if (!stat(path, &st) && st.st_mode & (S_IRWXG | S_IRWXO))
        say_path(path, _("others can read it: 'chmod 600' keeps it private"));
}

static void find_parts(struct case_file *file)
{
    static const char *const ends[] = {"", "-wal", "-shm"};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *const path = sqlite3_mprintf("%s%s", file->path, ends[i]);
        struct stat st;

        if (path && !stat(path, &st)) {
            file->parts[i].device = st.st_dev;
            file->parts[i].inode = st.st_ino;
        }
        sqlite3_free(path);
    }
}

bool case_file_owns(const struct case_file *file, dev_t device, ino_t inode)
{
    for (size_t i = 0; i < sizeof file->parts / sizeof *file->parts; i++)
        if (inode && file->parts[i].inode == inode &&
            file->parts[i].device == device)
            return true;
    return false;
}

bool case_file_open(struct case_file *file, const char *path)
{
    if (!case_file_is(path)) {
        const bool there = !access(path, F_OK);

        say_path(path, "%s", there ? _("is no case file") : strerror(errno));
        return false;
    }
    if (!connect(file, path) || !is_good(file)) {
        case_file_close(file);
        return false;
    }
    warn_of_readers(path);
    find_parts(file);
    return true;
}

void case_file_close(struct case_file *file)
{
    if (!file->db) return;
    case_file_roll_back(file);
    sqlite3_close_v2(file->db);
    file->db = NULL;
    /* not before: the locks of SQLite go with any descriptor of the file */
    if (file->is_locked) close(file->lock);
    file->is_locked = false;
}

int case_file_lock(struct case_file *file)
{
    file->lock = open(file->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file->lock < 0) {
        say_path(file->path, "%s", strerror(errno));
        return -1;
    }
    file->is_locked = true; /* and so closed last, whatever comes */
    if (!flock(file->lock, LOCK_EX | LOCK_NB)) return 1;
    if (errno == EWOULDBLOCK) return 0;
    say_path(file->path, "%s", strerror(errno));
    return -1;
}
