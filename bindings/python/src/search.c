/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes near hashes, by the thousand: sitr.Index.search and its sitr.Hits. */
#include "binding.h"

typedef struct hits {
    PyObject_HEAD sitr_hit *items; /* n of them */
    Py_ssize_t n;
    uint64_t total;
    Py_ssize_t shape, stride; /* for those that have its buffer */
} hits;

static void hits_dealloc(hits *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);

    PyMem_Free(self->items);
    PyObject_Free(self);
    Py_DECREF((PyObject *)type);
}

static Py_ssize_t hits_length(hits *self) { return self->n; }

static PyObject *hits_item(hits *self, Py_ssize_t i)
{
    module_state *state = state_of((PyObject *)self);

    if (!state) return NULL;
    if (i < 0 || i >= self->n) {
        PyErr_SetString(PyExc_IndexError, "there are fewer hits");
        return NULL;
    }
    return PyObject_CallFunction(state->hit, "KII",
                                 (unsigned long long)self->items[i].id,
                                 self->items[i].query, self->items[i].distance);
}

/* As numpy.asarray takes it: an array of id, query and distance. */
static int hits_getbuffer(hits *self, Py_buffer *view, int flags)
{
    static char format[] = "T{Q:id:I:query:I:distance:}";

    if (flags & PyBUF_WRITABLE) {
        PyErr_SetString(PyExc_BufferError, "hits do not change");
        view->obj = NULL;
        return -1;
    }
    self->shape = self->n;
    self->stride = sizeof *self->items;
    *view = (Py_buffer){.buf = self->items,
                        .obj = (PyObject *)self,
                        .len = self->n * self->stride,
                        .itemsize = self->stride,
                        .readonly = 1,
                        .ndim = 1,
                        .format = (flags & PyBUF_FORMAT) ? format : NULL,
                        .shape = (flags & PyBUF_ND) ? &self->shape : NULL,
                        .strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES
                                       ? &self->stride
                                       : NULL};
    Py_INCREF((PyObject *)self);
    return 0;
}

static PyObject *get_total(hits *self, void *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLongLong(self->total);
}

static PyObject *hits_repr(hits *self)
{
    return PyUnicode_FromFormat("<sitr.Hits %zd of %llu>", self->n,
                                (unsigned long long)self->total);
}

/* 2^24 are 256 MiB: many, and not so many that they were not meant. */
enum { MOST_HITS = 1 << 24, FIRST_HITS = 256 };

typedef struct asked {
    const sitr_index *index;
    sitr_hash *queries;
    size_t n_queries;
    uint32_t radius;
} asked;

static sitr_status ask(const asked *a, sitr_hit *items, size_t capacity,
                       uint64_t *total)
{
    sitr_status status;
    PyThreadState *gil;

    gil = PyEval_SaveThread();
    status = sitr_index_search(a->index, a->queries, a->n_queries, a->radius,
                               items, capacity, total);
    PyEval_RestoreThread(gil);
    return status;
}

/* Asks once, and again with room for all where there were more. */
static int fill(module_state *state, const asked *a, PyObject *limit, hits *out)
{
    const bool all = !limit || limit == Py_None;
    size_t most, capacity;

    if (limit_from(limit, MOST_HITS, &most)) return -1;
    capacity = a->n_queries > FIRST_HITS ? a->n_queries : FIRST_HITS;
    if (capacity > most) capacity = most;
    for (;;) {
        sitr_status status;

        if (capacity > PY_SSIZE_T_MAX / sizeof *out->items)
            return PyErr_NoMemory(), -1;
        out->items = PyMem_Malloc(capacity ? capacity * sizeof *out->items : 1);
        if (!out->items) return PyErr_NoMemory(), -1;
        errors_forget();
        status = ask(a, out->items, capacity, &out->total);
        if (status) {
            errors_raise(state, status, NULL);
            return -1;
        }
        if (all && out->total > most) {
            PyErr_Format(state->limit,
                         "%llu hits: ask for fewer at a time, or by limit",
                         (unsigned long long)out->total);
            return -1;
        }
        if (out->total <= capacity || capacity == most) break;
        capacity = out->total < most ? (size_t)out->total : most;
        PyMem_Free(out->items);
        out->items = NULL;
    }
    out->n = (Py_ssize_t)(out->total < capacity ? out->total : capacity);
    return 0;
}

PyObject *index_search(PyObject *self, PyObject *args, PyObject *kw)
{
    static char *names[] = {"queries", "radius", "limit", NULL};
    module_state *state = state_of(self);
    PyObject *from, *limit = NULL;
    int radius = 31;
    asked a = {.index = ((index_object *)self)->value};
    hits *out = NULL;
    rows r;

    if (!state ||
        !PyArg_ParseTupleAndKeywords(args, kw, "O|i$O:search", names, &from,
                                     &radius, &limit) ||
        rows_open(state, from, &r))
        return NULL;
    if (radius < 0 || radius > SITR_HASH_MAX_BITS)
        PyErr_SetString(PyExc_ValueError, "radius is 0 to 256");
    else if ((uint64_t)r.n > UINT32_MAX)
        PyErr_SetString(state->limit, "more queries than 2**32 - 1");
    else
        a.queries = PyMem_Malloc(r.n ? (size_t)r.n * sizeof *a.queries : 1);
    if (!a.queries) {
        if (!PyErr_Occurred()) PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 0; i < r.n; i++)
        hash_of_pdq(r.data + i * r.stride, &a.queries[i]);
    a.n_queries = (size_t)r.n;
    a.radius = (uint32_t)radius;
    out = (hits *)PyType_GenericAlloc(state->hits, 0);
    if (out && fill(state, &a, limit, out)) Py_CLEAR(out);
done:
    PyMem_Free(a.queries);
    rows_close(&r);
    return (PyObject *)out;
}

static PyGetSetDef getset[] = {
    {"total", (getter)get_total, NULL,
     "How many there are in all: more than len() where a limit left some out.",
     NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static char doc[] =
    "A sequence of sitr.Hit, by query, then distance, then id. "
    "numpy.asarray takes it without\na copy, as an array of the fields id, "
    "query and distance.";

static PyType_Slot slots[] = {{Py_tp_doc, doc},
                              {Py_tp_dealloc, hits_dealloc},
                              {Py_tp_repr, hits_repr},
                              {Py_tp_iter, PySeqIter_New},
                              {Py_tp_getset, getset},
                              {Py_sq_length, hits_length},
                              {Py_sq_item, hits_item},
                              {Py_bf_getbuffer, hits_getbuffer},
                              {0, NULL}};

PyType_Spec hits_spec = {.name = "sitr.Hits",
                         .basicsize = sizeof(hits),
                         .flags = Py_TPFLAGS_DEFAULT |
                                  Py_TPFLAGS_IMMUTABLETYPE |
                                  Py_TPFLAGS_DISALLOW_INSTANTIATION,
                         .slots = slots};
