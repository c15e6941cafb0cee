/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the extension module share. Python 3.11's stable ABI, so that
 * one build serves every later Python too; of sitr its public header alone.
 *
 * Functions that return a PyObject or -1 have set a Python error where they return
 * NULL or -1. The GIL is held everywhere but between PyEval_SaveThread and
 * PyEval_RestoreThread, where nothing of Python is touched.
 */
#ifndef SITR_PYTHON_BINDING_H
#define SITR_PYTHON_BINDING_H

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <sitr.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PDQ_BYTES (SITR_HASH_MAX_BITS / 8)

/** Of one import of the module. The tuples have the Python enumeration of that
 * name, member by number. */
typedef struct module_state {
    PyTypeObject *context, *signature, *hash, *match, *hits, *index, *builder;
    PyObject *algos, *turns, *verdicts, *kinds, *formats;
    PyObject *errors;     /* of a status, as int, the exception */
    PyObject *limit;      /* the one of SITR_ELIMIT */
    PyObject *hit;        /* sitr.Hit and sitr.ImageInfo, named tuples */
    PyObject *image_info; /* */
    PyObject *from_image; /* of Pillow: sitr._pictures.from_image */
    PyObject *plain;      /* the context that is used where none is given */
} module_state;

/* ---- context.c */

typedef struct context {
    PyObject_HEAD sitr_ctx *ctx;
    PyObject *log; /* NULL = none */
    uint32_t n_threads;
} context;

extern PyType_Spec context_spec;

/** The context given, or where that is NULL or None the plain one; borrowed. */
context *context_of(module_state *state, PyObject *given);

/* ---- errors.c */

/** Forgets what the log of this thread said, before a call that may fail. */
void errors_forget(void);
/** Keeps the line that explains a failure, for the exception it becomes. From any
 * thread, without the GIL. */
void errors_keep(const char *message);
/** Sets the exception of that status. `path` is NULL, or that of the file. */
void errors_raise(module_state *state, sitr_status status, PyObject *path);

/* ---- parallel.c */

/** sitr_hooks.parallel; the cookie is a uint32_t, the most threads. */
void parallel_run(void *cookie, void (*task)(void *arg, size_t i), void *arg,
                  size_t n);

/* ---- buffers.c */

/* What is opened here is closed once; where opening failed, and after it was closed,
 * closing does nothing. */

/** Bytes or pixels of somebody's, for the length of a call. */
typedef struct source {
    PyObject *path; /* bytes, of what was a path; NULL = not one */
    PyObject *name; /* the path as it was given, for errors; borrowed */
    bool is_pixels;
    sitr_pixels pixels;
    const void *data; /* where it is neither */
    size_t size;
    Py_buffer
        view; /* held while it is open, view.obj NULL where there is none */
    PyObject *kept; /* what the view is of, where nobody else keeps it */
    void *copy;     /* of what was laid out in another way */
} source;

/** Opens a path, an object with a buffer, or an image of Pillow. Copies only what
 * is laid out as the library does not take it, and not before it is known to be
 * within the limits. */
int source_open(module_state *state, context *ctx, PyObject *from, source *out);
void source_close(source *src);

/** PDQ hashes, 32 bytes each with the highest bit first. */
typedef struct rows {
    const unsigned char *data;
    Py_ssize_t n, stride; /* stride in bytes, of either sign */
    Py_buffer view;
    PyObject *kept;
    void *copy;
} rows;

/** Opens a sitr.Hash, text, a buffer of 32 n bytes or (n, 32), or a sequence of
 * the first three. */
int rows_open(module_state *state, PyObject *from, rows *out);
void rows_close(rows *r);

/** Numbers of 64 bits without sign, as a C array. */
typedef struct ids {
    const uint64_t *data;
    size_t n;
    Py_buffer view;
    uint64_t *copy;
} ids;

/** Opens a buffer of integers of 8 bytes, or any iterable of integers; None is
 * none. OverflowError where one is negative or too large. */
int ids_open(PyObject *from, ids *out);
void ids_close(ids *i);

/** Whether its items are bytes, and not something that is one byte long. */
bool buffer_is_bytes(const Py_buffer *view);

/* ---- hash.c */

typedef struct hash {
    PyObject_HEAD sitr_hash value;
    unsigned char bytes[PDQ_BYTES]; /* highest bit first, bits / 8 of them */
} hash;

extern PyType_Spec hash_spec;

PyObject *hash_new(module_state *state, const sitr_hash *value);
/** A PDQ hash of quality 100 of 32 bytes, highest bit first. */
void hash_of_pdq(const unsigned char *bytes, sitr_hash *out);
/** A sitr.Hash, text, or the bytes of a hash of `algo`. */
int hash_from(module_state *state, PyObject *from, sitr_algo algo,
              sitr_hash *out);
/** A member of sitr.Algo or its name; NULL and None are `otherwise`. */
int algo_from(PyObject *from, sitr_algo otherwise, sitr_algo *out);
int turn_from(PyObject *from, sitr_turn *out);
/** The member of that number, a new reference. */
PyObject *member(PyObject *tuple, size_t number);
/** The slot of a type that is no subclass. */
module_state *state_of(PyObject *self);

PyObject *hash_distance(PyObject *module, PyObject *const *args, Py_ssize_t n);
PyObject *hash_distances(PyObject *module, PyObject *args, PyObject *kw);

/* ---- signature.c */

typedef struct signature {
    PyObject_HEAD sitr_signature *value;
    PyObject *context; /* a signature must not outlive it */
    uint32_t keypoints;
} signature;

extern PyType_Spec signature_spec;

PyObject *signature_sign(PyObject *module, PyObject *args, PyObject *kw);
PyObject *signature_hash_pixels(PyObject *module, PyObject *args, PyObject *kw);
PyObject *signature_probe(PyObject *module, PyObject *args, PyObject *kw);
/** `given` as a signature, or TypeError; borrowed. */
signature *signature_of(module_state *state, PyObject *given);

/* ---- match.c */

extern PyType_Spec match_spec;

/** Fills the options that matching has in Python. */
int match_opts_from(PyObject *at_least, PyObject *max_distance,
                    sitr_match_opts *out);
/** A call that gives matches: the status, what it found, and how many there are. */
typedef sitr_status match_call(void *arg, sitr_match *matches, size_t capacity,
                               uint64_t *n);
/** Makes it, again with more room where that is asked for, and gives the list:
 * no more than `limit` where that is not None. */
PyObject *match_all(module_state *state, match_call *call, void *arg,
                    PyObject *limit);
PyObject *match_pair(PyObject *module, PyObject *args, PyObject *kw);
PyObject *match_scan(PyObject *module, PyObject *args, PyObject *kw);
/** The number in `limit`, or `otherwise` where it is None. */
int limit_from(PyObject *limit, size_t otherwise, size_t *out);

/* ---- index.c, search.c */

typedef struct index_object {
    PyObject_HEAD sitr_index *value;
    PyObject *context;
    Py_buffer view; /* what it was made over; view.obj NULL where nothing */
} index_object;

extern PyType_Spec index_spec, builder_spec, hits_spec;

PyObject *index_search(PyObject *self, PyObject *args, PyObject *kw);

#endif
