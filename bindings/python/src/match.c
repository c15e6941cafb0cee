/* SPDX-License-Identifier: Apache-2.0 */
/* sitr.Match, and the calls that compare signatures themselves. */
#include "binding.h"

#include <stdio.h>

typedef struct match {
    PyObject_HEAD sitr_match value;
} match;

static PyObject *match_new(module_state *state, const sitr_match *value)
{
    match *self = (match *)PyType_GenericAlloc(state->match, 0);

    if (self) self->value = *value;
    return (PyObject *)self;
}

static void match_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);

    PyObject_Free(self);
    Py_DECREF((PyObject *)type);
}

int limit_from(PyObject *limit, size_t otherwise, size_t *out)
{
    *out = otherwise;
    if (!limit || limit == Py_None) return 0;
    *out = PyLong_AsSize_t(limit);
    return *out == (size_t)-1 && PyErr_Occurred() ? -1 : 0;
}

int match_opts_from(PyObject *at_least, PyObject *max_distance,
                    sitr_match_opts *out)
{
    long verdict;

    *out = (sitr_match_opts){.struct_size = sizeof *out};
    if (at_least && at_least != Py_None) {
        if (PyUnicode_Check(at_least))
            verdict = !PyUnicode_CompareWithASCIIString(at_least, "copy")
                          ? SITR_COPY
                      : !PyUnicode_CompareWithASCIIString(at_least, "review")
                          ? SITR_REVIEW
                          : SITR_NONE;
        else
            verdict = PyLong_AsLong(at_least);
        if (verdict == -1 && PyErr_Occurred()) return -1;
        if (verdict != SITR_REVIEW && verdict != SITR_COPY) {
            PyErr_SetString(PyExc_ValueError, "at_least is review or copy");
            return -1;
        }
        out->at_least = (sitr_verdict)verdict;
    }
    if (max_distance && max_distance != Py_None) {
        const unsigned long most = PyLong_AsUnsignedLong(max_distance);

        if (most == (unsigned long)-1 && PyErr_Occurred()) return -1;
        /* 0 is the default to the library, where it would be equal bits here */
        if (most < 1 || most > SITR_HASH_MAX_BITS) {
            PyErr_SetString(PyExc_ValueError, "max_distance is 1 to 256");
            return -1;
        }
        out->max_distance = (uint32_t)most;
    }
    return 0;
}

/* Many, and not so many that they were not meant: 120 MB. */
enum { MOST_MATCHES = 1 << 20, FIRST_MATCHES = 32 };

static PyObject *list_of(module_state *state, const sitr_match *matches,
                         size_t n)
{
    PyObject *list = PyList_New((Py_ssize_t)n);

    for (size_t i = 0; list && i < n; i++) {
        PyObject *item = match_new(state, &matches[i]);

        if (!item || PyList_SetItem(list, (Py_ssize_t)i, item)) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

PyObject *match_all(module_state *state, match_call *call, void *arg,
                    PyObject *limit)
{
    const bool all = !limit || limit == Py_None;
    size_t most, capacity;
    sitr_match few[FIRST_MATCHES], *matches = few;
    sitr_status status;
    PyThreadState *gil;
    uint64_t n = 0;
    PyObject *out = NULL;

    if (limit_from(limit, MOST_MATCHES, &most)) return NULL;
    capacity = most < FIRST_MATCHES ? most : FIRST_MATCHES;
    for (;;) {
        errors_forget();
        gil = PyEval_SaveThread();
        status = call(arg, matches, capacity, &n);
        PyEval_RestoreThread(gil);
        if (!status && all && n > most) {
            PyErr_Format(state->limit, "%llu matches: ask for fewer by limit",
                         (unsigned long long)n);
            goto done;
        }
        if (status || n <= capacity || capacity == most) break;
        capacity = n < most ? (size_t)n : most;
        matches = PyMem_Malloc(capacity * sizeof *matches);
        if (!matches) return PyErr_NoMemory();
    }
    if (status)
        errors_raise(state, status, NULL);
    else
        out = list_of(state, matches, n < capacity ? (size_t)n : capacity);
done:
    if (matches != few) PyMem_Free(matches);
    return out;
}

PyObject *match_pair(PyObject *module, PyObject *args, PyObject *kw)
{
    static char *names[] = {"protected", "found", "at_least", "max_distance",
                            NULL};
    module_state *state = PyModule_GetState(module);
    PyObject *a, *b, *at_least = NULL, *max_distance = NULL;
    const signature *mine, *theirs;
    sitr_match_opts opts;
    sitr_status status;
    PyThreadState *gil;
    sitr_match value;

    if (!PyArg_ParseTupleAndKeywords(args, kw, "OO|$OO:match_pair", names, &a,
                                     &b, &at_least, &max_distance))
        return NULL;
    mine = signature_of(state, a);
    theirs = mine ? signature_of(state, b) : NULL;
    if (!theirs || match_opts_from(at_least, max_distance, &opts)) return NULL;
    errors_forget();
    if (mine->keypoints && theirs->keypoints) {
        gil = PyEval_SaveThread();
        status = sitr_match_pair(mine->value, theirs->value, &opts, &value);
        PyEval_RestoreThread(gil);
    } else {
        /* over before the GIL would be given back */
        status = sitr_match_pair(mine->value, theirs->value, &opts, &value);
    }
    if (!status) return match_new(state, &value);
    errors_raise(state, status, NULL);
    return NULL;
}

typedef struct scan {
    const sitr_signature **mine;
    size_t n;
    const sitr_signature *found;
    sitr_match_opts opts;
} scan;

static sitr_status scan_call(void *arg, sitr_match *matches, size_t capacity,
                             uint64_t *n)
{
    const scan *s = arg;

    return sitr_match_scan(s->mine, s->n, s->found, &s->opts, matches, capacity,
                           n);
}

PyObject *match_scan(PyObject *module, PyObject *args, PyObject *kw)
{
    static char *names[] = {"protected",    "found", "at_least",
                            "max_distance", "limit", NULL};
    module_state *state = PyModule_GetState(module);
    PyObject *given, *found_given, *at_least = NULL, *max_distance = NULL,
                                   *limit = NULL, *tuple, *out = NULL;
    const signature *found;
    scan s = {0};

    if (!PyArg_ParseTupleAndKeywords(args, kw, "OO|$OOO:match_scan", names,
                                     &given, &found_given, &at_least,
                                     &max_distance, &limit))
        return NULL;
    found = signature_of(state, found_given);
    if (!found || match_opts_from(at_least, max_distance, &s.opts)) return NULL;
    /* a tuple of our own, which nobody changes while the GIL is not held */
    tuple = PySequence_Tuple(given);
    if (!tuple) return NULL;
    s.found = found->value;
    s.n = (size_t)PyTuple_Size(tuple);
    s.mine = PyMem_Malloc(s.n ? s.n * sizeof *s.mine : 1);
    if (!s.mine) PyErr_NoMemory();
    for (size_t i = 0; s.mine && i < s.n; i++) {
        const signature *one =
            signature_of(state, PyTuple_GetItem(tuple, (Py_ssize_t)i));

        if (!one) break;
        s.mine[i] = one->value;
    }
    if (!PyErr_Occurred()) out = match_all(state, scan_call, &s, limit);
    PyMem_Free(s.mine);
    Py_DECREF(tuple);
    return out;
}

static PyObject *get_id(match *self, void *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLongLong(self->value.id);
}

static PyObject *get_verdict(match *self, void *unused)
{
    module_state *state = state_of((PyObject *)self);

    (void)unused;
    return state ? member(state->verdicts, (size_t)self->value.verdict) : NULL;
}

static PyObject *get_kind(match *self, void *unused)
{
    module_state *state = state_of((PyObject *)self);

    (void)unused;
    return state ? member(state->kinds, (size_t)self->value.kind) : NULL;
}

static PyObject *get_turn(match *self, void *unused)
{
    module_state *state = state_of((PyObject *)self);

    (void)unused;
    return state ? member(state->turns, (size_t)self->value.turn) : NULL;
}

static PyObject *get_distance(match *self, void *unused)
{
    (void)unused;
    if (self->value.distance == UINT32_MAX) Py_RETURN_NONE;
    return PyLong_FromUnsignedLong(self->value.distance);
}

static PyObject *get_keypoints(match *self, void *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLong(self->value.keypoints);
}

static PyObject *get_rate(match *self, void *unused)
{
    (void)unused;
    return PyFloat_FromDouble((double)self->value.false_positive_rate);
}

static PyObject *get_quad(match *self, void *unused)
{
    float(*q)[2] = self->value.quad;
    bool known = false;

    (void)unused;
    for (int i = 0; i < 8; i++) known |= q[i / 2][i % 2] != 0;
    if (!known) Py_RETURN_NONE;
    return Py_BuildValue("((ff)(ff)(ff)(ff))", q[0][0], q[0][1], q[1][0],
                         q[1][1], q[2][0], q[2][1], q[3][0], q[3][1]);
}

static int match_bool(match *self) { return self->value.verdict != SITR_NONE; }

static PyObject *match_repr(match *self)
{
    const sitr_match *m = &self->value;

    if (!m->verdict) return PyUnicode_FromString("<sitr.Match none>");
    return PyUnicode_FromFormat(
        "<sitr.Match %s: %s, %s>", sitr_verdict_name(m->verdict),
        sitr_match_kind_name(m->kind), sitr_turn_name(m->turn));
}

static PyGetSetDef getset[] = {
    {"id", (getter)get_id, NULL,
     "Of the indexed picture, or its place in what was scanned.", NULL},
    {"verdict", (getter)get_verdict, NULL, "none, review or copy.", NULL},
    {"kind", (getter)get_kind, NULL, "What was done to the picture.", NULL},
    {"turn", (getter)get_turn, NULL,
     "Done to the protected picture to get what was found.", NULL},
    {"distance", (getter)get_distance, NULL,
     "PDQ bits of the best turn; None where there is none.", NULL},
    {"keypoints", (getter)get_keypoints, NULL,
     "Geometrically verified; 0 without regions.", NULL},
    {"false_positive_rate", (getter)get_rate, NULL,
     "At which evidence this strong turns up by chance, per pair of images.",
     NULL},
    {"quad", (getter)get_quad, NULL,
     "Where the protected picture's corners lie in what was found, in pixels, "
     "clockwise\nfrom its top left; None where unknown.",
     NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static char doc[] = "A finding and the evidence for it. True where there is a "
                    "verdict.";

static PyType_Slot slots[] = {
    {Py_tp_doc, doc},         {Py_tp_dealloc, match_dealloc},
    {Py_tp_repr, match_repr}, {Py_tp_getset, getset},
    {Py_nb_bool, match_bool}, {0, NULL}};

PyType_Spec match_spec = {.name = "sitr.Match",
                          .basicsize = sizeof(match),
                          .flags = Py_TPFLAGS_DEFAULT |
                                   Py_TPFLAGS_IMMUTABLETYPE |
                                   Py_TPFLAGS_DISALLOW_INSTANTIATION,
                          .slots = slots};
