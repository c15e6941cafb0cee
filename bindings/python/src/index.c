/* SPDX-License-Identifier: Apache-2.0 */
/* sitr.Index and sitr.IndexBuilder. */
#include "binding.h"

/* Takes `value`, also where it fails. */
static PyObject *index_new(module_state *state, context *ctx, sitr_index *value)
{
    index_object *self = (index_object *)PyType_GenericAlloc(state->index, 0);

    if (!self) {
        sitr_index_free(value);
        return NULL;
    }
    self->value = value;
    Py_INCREF((PyObject *)ctx);
    self->context = (PyObject *)ctx;
    return (PyObject *)self;
}

static int index_traverse(index_object *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE((PyObject *)self));
    Py_VISIT(self->context);
    Py_VISIT(self->view.obj);
    return 0;
}

static void index_dealloc(index_object *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);

    PyObject_GC_UnTrack(self);
    sitr_index_free(self->value);
    PyBuffer_Release(&self->view);
    Py_XDECREF(self->context);
    PyObject_GC_Del(self);
    Py_DECREF((PyObject *)type);
}

static PyObject *load(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static char *names[] = {"path", "context", NULL};
    module_state *state = PyType_GetModuleState(type);
    PyObject *name, *path = NULL, *context_given = NULL, *out = NULL;
    sitr_index *value = NULL;
    sitr_status status;
    PyThreadState *gil;
    context *ctx;

    if (!state || !PyArg_ParseTupleAndKeywords(args, kw, "O|$O:load", names,
                                               &name, &context_given))
        return NULL;
    ctx = context_of(state, context_given);
    if (!ctx || !PyUnicode_FSConverter(name, &path)) return NULL;

    const char *const text = PyBytes_AsString(path);

    errors_forget();
    gil = PyEval_SaveThread();
    status = sitr_index_load(ctx->ctx, text, &value);
    PyEval_RestoreThread(gil);
    if (status)
        errors_raise(state, status, name);
    else
        out = index_new(state, ctx, value);
    Py_DECREF(path);
    return out;
}

static PyObject *view_bytes(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static char *names[] = {"data", "context", NULL};
    module_state *state = PyType_GetModuleState(type);
    PyObject *context_given = NULL, *out = NULL;
    sitr_index *value = NULL;
    sitr_status status;
    PyThreadState *gil;
    Py_buffer data;
    context *ctx;

    if (!state || !PyArg_ParseTupleAndKeywords(args, kw, "y*|$O:view", names,
                                               &data, &context_given))
        return NULL;
    ctx = context_of(state, context_given);
    if (ctx && (uintptr_t)data.buf % 8) {
        PyErr_SetString(PyExc_ValueError,
                        "the bytes begin at an address that 8 does not divide");
    } else if (ctx) {
        errors_forget();
        gil = PyEval_SaveThread();
        status = sitr_index_view(ctx->ctx, data.buf, (size_t)data.len, &value);
        PyEval_RestoreThread(gil);
        if (status)
            errors_raise(state, status, NULL);
        else
            out = index_new(state, ctx, value);
    }
    if (out)
        ((index_object *)out)->view = data;
    else
        PyBuffer_Release(&data);
    return out;
}

static int indexes_from(module_state *state, PyObject *tuple,
                        const sitr_index **out)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(tuple); i++) {
        PyObject *item = PyTuple_GetItem(tuple, i);

        if (!Py_IS_TYPE(item, state->index)) {
            PyErr_SetString(PyExc_TypeError, "only a sitr.Index can be merged");
            return -1;
        }
        out[i] = ((index_object *)item)->value;
    }
    return 0;
}

static PyObject *merge(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static char *names[] = {"indexes", "offsets", "removed", "context", NULL};
    module_state *state = PyType_GetModuleState(type);
    PyObject *given, *offsets_given = NULL, *removed_given = NULL,
                     *context_given = NULL, *tuple, *out = NULL;
    const sitr_index **indexes = NULL;
    ids offsets = {0}, removed = {0};
    sitr_index *value = NULL;
    sitr_status status;
    PyThreadState *gil;
    context *ctx;
    size_t n;

    if (!state || !PyArg_ParseTupleAndKeywords(args, kw, "O|$OOO:merge", names,
                                               &given, &offsets_given,
                                               &removed_given, &context_given))
        return NULL;
    ctx = context_of(state, context_given);
    tuple = ctx ? PySequence_Tuple(given) : NULL;
    if (!tuple) return NULL;
    n = (size_t)PyTuple_Size(tuple);
    indexes = PyMem_Malloc(n ? n * sizeof *indexes : 1);
    if (!indexes) {
        PyErr_NoMemory();
        goto done;
    }
    if (indexes_from(state, tuple, indexes) ||
        ids_open(offsets_given, &offsets) || ids_open(removed_given, &removed))
        goto done;
    if (offsets.data && offsets.n != n) {
        PyErr_SetString(PyExc_ValueError, "there is an offset for each index");
        goto done;
    }
    errors_forget();
    gil = PyEval_SaveThread();
    status =
        sitr_index_merge(ctx->ctx, indexes, n, offsets.data,
                         removed.n ? removed.data : NULL, removed.n, &value);
    PyEval_RestoreThread(gil);
    if (status)
        errors_raise(state, status, NULL);
    else
        out = index_new(state, ctx, value);
done:
    ids_close(&removed);
    ids_close(&offsets);
    PyMem_Free(indexes);
    Py_DECREF(tuple);
    return out;
}

static PyObject *save(index_object *self, PyObject *name)
{
    module_state *state = state_of((PyObject *)self);
    PyObject *path = NULL;
    sitr_status status;
    PyThreadState *gil;

    if (!state || !PyUnicode_FSConverter(name, &path)) return NULL;

    const char *const text = PyBytes_AsString(path);

    errors_forget();
    gil = PyEval_SaveThread();
    status = sitr_index_save(self->value, text);
    PyEval_RestoreThread(gil);
    Py_DECREF(path);
    if (!status) Py_RETURN_NONE;
    errors_raise(state, status, name);
    return NULL;
}

static PyObject *check(index_object *self, PyObject *unused)
{
    module_state *state = state_of((PyObject *)self);
    sitr_status status;
    PyThreadState *gil;

    (void)unused;
    if (!state) return NULL;
    errors_forget();
    gil = PyEval_SaveThread();
    status = sitr_index_check(self->value);
    PyEval_RestoreThread(gil);
    if (!status) Py_RETURN_NONE;
    errors_raise(state, status, NULL);
    return NULL;
}

typedef struct looked_for {
    const sitr_index *index;
    const sitr_signature *found;
    sitr_match_opts opts;
} looked_for;

static sitr_status match_call_index(void *arg, sitr_match *matches,
                                    size_t capacity, uint64_t *n)
{
    const looked_for *l = arg;

    return sitr_match_index(l->index, l->found, &l->opts, matches, capacity, n);
}

static int ascending(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* The library takes them in rising order, each once. */
static int rise(ids *without)
{
    size_t i = 1, n = 0;

    while (i < without->n && without->data[i - 1] < without->data[i]) i++;
    if (i >= without->n) return 0;
    if (!without->copy) {
        without->copy = PyMem_Malloc(without->n * sizeof *without->copy);
        if (!without->copy) return PyErr_NoMemory(), -1;
        memcpy(without->copy, without->data,
               without->n * sizeof *without->copy);
        without->data = without->copy;
    }
    qsort(without->copy, without->n, sizeof *without->copy, ascending);
    for (i = 0; i < without->n; i++)
        if (!i || without->copy[i] != without->copy[i - 1])
            without->copy[n++] = without->copy[i];
    without->n = n;
    return 0;
}

static PyObject *match_index(index_object *self, PyObject *args, PyObject *kw)
{
    static char *names[] = {"found",   "at_least", "max_distance",
                            "without", "limit",    NULL};
    module_state *state = state_of((PyObject *)self);
    PyObject *found_given, *at_least = NULL, *max_distance = NULL,
                           *without_given = NULL, *limit = NULL, *out = NULL;
    looked_for l = {.index = self->value};
    const signature *found;
    ids without;

    if (!state || !PyArg_ParseTupleAndKeywords(
                      args, kw, "O|$OOOO:match", names, &found_given, &at_least,
                      &max_distance, &without_given, &limit))
        return NULL;
    found = signature_of(state, found_given);
    if (!found || match_opts_from(at_least, max_distance, &l.opts) ||
        ids_open(without_given, &without))
        return NULL;
    l.found = found->value;
    if (!rise(&without)) {
        l.opts.without = without.n ? without.data : NULL;
        l.opts.n_without = without.n;
        out = match_all(state, match_call_index, &l, limit);
    }
    ids_close(&without);
    return out;
}

static Py_ssize_t index_length(index_object *self)
{
    return (Py_ssize_t)sitr_index_count(self->value);
}

static int index_bool(index_object *self)
{
    return sitr_index_count(self->value) != 0;
}

static int index_getbuffer(index_object *self, Py_buffer *out, int flags)
{
    size_t size;
    const void *const data = sitr_index_bytes(self->value, &size);

    /* which the buffer protocol has no word for, but that it is read-only */
    return PyBuffer_FillInfo(out, (PyObject *)self, (void *)(uintptr_t)data,
                             (Py_ssize_t)size, 1, flags);
}

static PyObject *to_bytes(index_object *self, PyObject *unused)
{
    size_t size;
    const void *const data = sitr_index_bytes(self->value, &size);

    (void)unused;
    return PyBytes_FromStringAndSize(data, (Py_ssize_t)size);
}

static PyObject *reduce(index_object *self, PyObject *unused)
{
    (void)unused;
    return Py_BuildValue(
        "N(N)",
        PyObject_GetAttrString((PyObject *)Py_TYPE((PyObject *)self), "view"),
        to_bytes(self, NULL));
}

static PyObject *index_repr(index_object *self)
{
    return PyUnicode_FromFormat(
        "<sitr.Index of %llu>",
        (unsigned long long)sitr_index_count(self->value));
}

static PyMethodDef index_methods[] = {
    {"load", (PyCFunction)(void (*)(void))load,
     METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "load($type, /, path, *, context=None)\n--\n\nMaps a file that was saved. "
     "The file must not change while it is mapped: one that was\nsaved over it "
     "is another file."},
    {"view", (PyCFunction)(void (*)(void))view_bytes,
     METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "view($type, /, data, *, context=None)\n--\n\nThe same over bytes, which "
     "are not copied and must not change meanwhile."},
    {"merge", (PyCFunction)(void (*)(void))merge,
     METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "merge($type, /, indexes, *, offsets=None, removed=None, context=None)\n"
     "--\n\nOne index of several, without the ids in removed. offsets has what "
     "is added to the ids\nof each, and removed are ids that they then have."},
    {"save", (PyCFunction)save, METH_O,
     "save($self, path, /)\n--\n\nWrites a new file beside path, waits until "
     "it "
     "is on the disk, and renames it. It is\nreadable by its owner alone."},
    {"check", (PyCFunction)check, METH_NOARGS,
     "check($self, /)\n--\n\nReads it all and compares its checksums: "
     "CorruptError where one does not fit."},
    {"match", (PyCFunction)(void (*)(void))match_index,
     METH_VARARGS | METH_KEYWORDS,
     "match($self, /, found, *, at_least='review', max_distance=None, "
     "without=None,\n      limit=None)\n--\n\nThe protected pictures that "
     "found "
     "was made from, best first. without has ids that are\npassed over, limit "
     "is the most that are given: without it all are."},
    {"search", (PyCFunction)(void (*)(void))index_search,
     METH_VARARGS | METH_KEYWORDS,
     "search($self, /, queries, radius=31, *, limit=None)\n--\n\nAll hashes "
     "within radius bits of each query: of a sitr.Hash, a buffer of 32 bytes "
     "for\neach, or of shape (n, 32), or a sequence of hashes. Misses none."},
    {"__bytes__", (PyCFunction)to_bytes, METH_NOARGS, NULL},
    {"__reduce__", (PyCFunction)reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

static char index_doc[] =
    "Many signatures arranged so that those near a found one come up without a "
    "look at all.\nIt never changes, and may be shared by threads. len() is "
    "how many pictures and hashes\nit has; memoryview() is what save() "
    "writes.";

static PyType_Slot index_slots[] = {{Py_tp_doc, index_doc},
                                    {Py_tp_dealloc, index_dealloc},
                                    {Py_tp_traverse, index_traverse},
                                    {Py_tp_repr, index_repr},
                                    {Py_tp_methods, index_methods},
                                    {Py_mp_length, index_length},
                                    {Py_nb_bool, index_bool},
                                    {Py_bf_getbuffer, index_getbuffer},
                                    {0, NULL}};

PyType_Spec index_spec = {.name = "sitr.Index",
                          .basicsize = sizeof(index_object),
                          .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                   Py_TPFLAGS_IMMUTABLETYPE |
                                   Py_TPFLAGS_DISALLOW_INSTANTIATION,
                          .slots = index_slots};

/* ---- the builder */

typedef struct builder {
    PyObject_HEAD sitr_index_builder
        *value; /* NULL once built, and while a call has it */
    PyObject *context;
    uint64_t n;
} builder;

static PyObject *builder_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static char *names[] = {"context", NULL};
    module_state *state = PyType_GetModuleState(type);
    PyObject *context_given = NULL;
    sitr_status status;
    context *ctx;
    builder *self;

    if (!state || !PyArg_ParseTupleAndKeywords(args, kw, "|$O:IndexBuilder",
                                               names, &context_given))
        return NULL;
    ctx = context_of(state, context_given);
    self = ctx ? (builder *)PyType_GenericAlloc(type, 0) : NULL;
    if (!self) return NULL;
    Py_INCREF((PyObject *)ctx);
    self->context = (PyObject *)ctx;
    errors_forget();
    status = sitr_index_builder_new(ctx->ctx, &self->value);
    if (!status) return (PyObject *)self;
    errors_raise(state, status, NULL);
    Py_DECREF((PyObject *)self);
    return NULL;
}

static int builder_traverse(builder *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE((PyObject *)self));
    Py_VISIT(self->context);
    return 0;
}

static void builder_dealloc(builder *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);

    PyObject_GC_UnTrack(self);
    sitr_index_builder_free(self->value);
    Py_XDECREF(self->context);
    PyObject_GC_Del(self);
    Py_DECREF((PyObject *)type);
}

/* A builder belongs to one thread at a time: who calls takes it, and another that
 * calls meanwhile is told. */
static sitr_index_builder *take(builder *self)
{
    sitr_index_builder *value = self->value;

    self->value = NULL;
    if (!value)
        PyErr_SetString(PyExc_RuntimeError,
                        "the builder was built, or is in use by another "
                        "thread");
    return value;
}

static PyObject *builder_add(builder *self, PyObject *args)
{
    module_state *state = state_of((PyObject *)self);
    PyObject *number, *given, *index;
    sitr_index_builder *value;
    const signature *one;
    sitr_status status;
    uint64_t id;

    if (!state || !PyArg_ParseTuple(args, "OO:add", &number, &given))
        return NULL;
    index = PyNumber_Index(number);
    if (!index) return NULL;
    id = PyLong_AsUnsignedLongLong(index);
    Py_DECREF(index);
    if (PyErr_Occurred()) return NULL;
    one = signature_of(state, given);
    value = one ? take(self) : NULL;
    if (!value) return NULL;
    errors_forget();
    status = sitr_index_builder_add(value, id, one->value);
    self->value = value;
    if (!status) {
        self->n++;
        Py_RETURN_NONE;
    }
    errors_raise(state, status, NULL);
    return NULL;
}

/* The quality of each hash: one number for all, or a buffer of bytes. */
static int qualities(PyObject *given, Py_ssize_t n, sitr_hash *out)
{
    Py_buffer view;
    long one = 100;
    int failed;

    if (given && given != Py_None && PyObject_CheckBuffer(given) &&
        !PyIndex_Check(given)) {
        if (PyObject_GetBuffer(given, &view, PyBUF_CONTIG_RO | PyBUF_FORMAT))
            return -1;
        failed = !buffer_is_bytes(&view) || view.ndim != 1 || view.len != n;
        for (Py_ssize_t i = 0; !failed && i < n; i++)
            out[i].quality = ((const unsigned char *)view.buf)[i];
        PyBuffer_Release(&view);
        if (!failed) return 0;
        PyErr_SetString(PyExc_ValueError,
                        "qualities are a byte for each hash, or one number");
        return -1;
    }
    if (given && given != Py_None) one = PyLong_AsLong(given);
    if (one == -1 && PyErr_Occurred()) return -1;
    if (one < 0 || one > 100) {
        PyErr_SetString(PyExc_ValueError, "quality is 0 to 100");
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) out[i].quality = (uint8_t)one;
    return 0;
}

static PyObject *builder_add_hashes(builder *self, PyObject *args, PyObject *kw)
{
    static char *names[] = {"ids", "hashes", "quality", NULL};
    module_state *state = state_of((PyObject *)self);
    PyObject *ids_given, *rows_given, *quality = NULL, *out = NULL;
    sitr_index_builder *value;
    sitr_hash *hashes = NULL;
    sitr_status status;
    PyThreadState *gil;
    ids i;
    rows r;

    if (!state ||
        !PyArg_ParseTupleAndKeywords(args, kw, "OO|O:add_hashes", names,
                                     &ids_given, &rows_given, &quality))
        return NULL;
    if (ids_given == Py_None) {
        PyErr_SetString(PyExc_TypeError, "ids are a buffer or an iterable");
        return NULL;
    }
    if (ids_open(ids_given, &i)) return NULL;
    if (rows_open(state, rows_given, &r)) {
        ids_close(&i);
        return NULL;
    }
    if (i.n != (size_t)r.n) {
        PyErr_SetString(PyExc_ValueError, "there is an id for each hash");
        goto done;
    }
    hashes = PyMem_Malloc(r.n ? (size_t)r.n * sizeof *hashes : 1);
    if (!hashes) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t j = 0; j < r.n; j++)
        hash_of_pdq(r.data + j * r.stride, &hashes[j]);
    if (qualities(quality, r.n, hashes)) goto done;
    value = take(self);
    if (!value) goto done;
    errors_forget();
    gil = PyEval_SaveThread();
    status = i.n ? sitr_index_builder_add_hashes(value, i.data, hashes, i.n)
                 : SITR_OK;
    PyEval_RestoreThread(gil);
    self->value = value;
    if (status) {
        errors_raise(state, status, NULL);
        goto done;
    }
    self->n += i.n;
    Py_INCREF(Py_None);
    out = Py_None;
done:
    PyMem_Free(hashes);
    rows_close(&r);
    ids_close(&i);
    return out;
}

static PyObject *builder_build(builder *self, PyObject *unused)
{
    module_state *state = state_of((PyObject *)self);
    sitr_index_builder *value = state ? take(self) : NULL;
    sitr_index *index = NULL;
    sitr_status status;
    PyThreadState *gil;

    (void)unused;
    if (!value) return NULL;
    errors_forget();
    gil = PyEval_SaveThread();
    status = sitr_index_builder_finish(value, &index);
    PyEval_RestoreThread(gil);
    if (!status) return index_new(state, (context *)self->context, index);
    errors_raise(state, status, NULL);
    return NULL;
}

static Py_ssize_t builder_length(builder *self) { return (Py_ssize_t)self->n; }

static PyMethodDef builder_methods[] = {
    {"add", (PyCFunction)builder_add, METH_VARARGS,
     "add($self, id, signature, /)\n--\n\nAdds what the signature holds under "
     "that id, 0 to 2**64 - 1; several may share one."},
    {"add_hashes", (PyCFunction)(void (*)(void))builder_add_hashes,
     METH_VARARGS | METH_KEYWORDS,
     "add_hashes($self, /, ids, hashes, quality=100)\n--\n\nAdds PDQ hashes "
     "that came without their pictures, all or none: ids as an array of 64\n"
     "bits or an iterable, hashes as for Index.search, quality as one number "
     "or a byte each."},
    {"build", (PyCFunction)builder_build, METH_NOARGS,
     "build($self, /)\n--\n\nThe index. The builder is of no use afterwards."},
    {NULL, NULL, 0, NULL}};

static char builder_doc[] =
    "IndexBuilder(*, context=None)\n--\n\nTakes what an index is "
    "made of. For one thread at a time.";

static PyType_Slot builder_slots[] = {{Py_tp_doc, builder_doc},
                                      {Py_tp_new, builder_new},
                                      {Py_tp_dealloc, builder_dealloc},
                                      {Py_tp_traverse, builder_traverse},
                                      {Py_tp_methods, builder_methods},
                                      {Py_mp_length, builder_length},
                                      {0, NULL}};

PyType_Spec builder_spec = {.name = "sitr.IndexBuilder",
                            .basicsize = sizeof(builder),
                            .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                     Py_TPFLAGS_IMMUTABLETYPE,
                            .slots = builder_slots};
