/* SPDX-License-Identifier: Apache-2.0 */
/* sitr.Signature, and the ways to one. */
#include "binding.h"

signature *signature_of(module_state *state, PyObject *given)
{
    if (Py_IS_TYPE(given, state->signature)) return (signature *)given;
    PyErr_Format(PyExc_TypeError, "a sitr.Signature is needed, not %R",
                 Py_TYPE(given));
    return NULL;
}

/* Takes `value`, also where it fails. */
static PyObject *signature_new(module_state *state, context *ctx,
                               sitr_signature *value)
{
    signature *self = (signature *)PyType_GenericAlloc(state->signature, 0);
    sitr_signature_info info;

    if (!self) {
        sitr_signature_free(value);
        return NULL;
    }
    sitr_signature_describe(value, &info);
    self->value = value;
    self->keypoints = info.keypoints;
    Py_INCREF((PyObject *)ctx);
    self->context = (PyObject *)ctx;
    return (PyObject *)self;
}

static int signature_traverse(signature *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE((PyObject *)self));
    Py_VISIT(self->context);
    return 0;
}

static void signature_dealloc(signature *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);

    PyObject_GC_UnTrack(self);
    sitr_signature_free(self->value);
    Py_XDECREF(self->context); /* which must be there until here: no tp_clear */
    PyObject_GC_Del(self);
    Py_DECREF((PyObject *)type);
}

/* The bit set of a name, a member, or an iterable of those. */
static int algos_from(PyObject *given, uint32_t *out)
{
    PyObject *iterator, *item;
    sitr_algo algo;

    *out = 0;
    if (!given || given == Py_None) return 0;
    if (PyUnicode_Check(given) || PyLong_Check(given)) {
        if (algo_from(given, SITR_PDQ, &algo)) return -1;
        *out = 1u << algo;
        return 0;
    }
    iterator = PyObject_GetIter(given);
    if (!iterator) return -1;
    while ((item = PyIter_Next(iterator))) {
        const int failed = algo_from(item, (sitr_algo)0, &algo);

        Py_DECREF(item);
        if (failed) break;
        *out |= 1u << algo;
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? -1 : 0;
}

static sitr_status sign_source(const context *ctx, const source *src,
                               const sitr_sign_opts *opts, sitr_signature **out)
{
    if (src->path)
        return sitr_sign_file(ctx->ctx, PyBytes_AsString(src->path), opts, out);
    if (src->is_pixels)
        return sitr_sign_pixels(ctx->ctx, &src->pixels, opts, out);
    return sitr_sign(ctx->ctx, src->data, src->size, opts, out);
}

PyObject *signature_sign(PyObject *module, PyObject *args, PyObject *kw)
{
    static char *names[] = {"source",    "regions", "query", "algos",
                            "as_stored", "context", NULL};
    module_state *state = PyModule_GetState(module);
    PyObject *from, *algos = NULL, *context_given = NULL, *out = NULL;
    int regions = 0, query = 0, as_stored = 0;
    sitr_sign_opts opts = {.struct_size = sizeof opts};
    sitr_signature *value = NULL;
    sitr_status status;
    PyThreadState *gil;
    context *ctx;
    source src;

    if (!PyArg_ParseTupleAndKeywords(args, kw, "O|$ppOpO:sign", names, &from,
                                     &regions, &query, &algos, &as_stored,
                                     &context_given))
        return NULL;
    ctx = context_of(state, context_given);
    if (!ctx || algos_from(algos, &opts.algos)) return NULL;
    opts.flags = (regions ? SITR_SIGN_REGIONS : 0u) |
                 (query ? SITR_SIGN_QUERY : 0u) |
                 (as_stored ? SITR_SIGN_AS_STORED : 0u);
    if (source_open(state, ctx, from, &src)) return NULL;
    errors_forget();
    gil = PyEval_SaveThread();
    status = sign_source(ctx, &src, &opts, &value);
    PyEval_RestoreThread(gil);
    if (status)
        errors_raise(state, status, src.name);
    else
        out = signature_new(state, ctx, value);
    source_close(&src);
    return out;
}

PyObject *signature_hash_pixels(PyObject *module, PyObject *args, PyObject *kw)
{
    static char *names[] = {"pixels", "algo", "turn", "context", NULL};
    module_state *state = PyModule_GetState(module);
    PyObject *from, *algo_given = NULL, *turn_given = NULL,
                    *context_given = NULL;
    sitr_status status;
    PyThreadState *gil;
    sitr_algo algo;
    sitr_turn turn;
    sitr_hash value;
    context *ctx;
    source src;

    if (!PyArg_ParseTupleAndKeywords(args, kw, "O|OO$O:hash_pixels", names,
                                     &from, &algo_given, &turn_given,
                                     &context_given))
        return NULL;
    ctx = context_of(state, context_given);
    if (!ctx || algo_from(algo_given, SITR_PDQ, &algo) ||
        turn_from(turn_given, &turn) || source_open(state, ctx, from, &src))
        return NULL;
    if (!src.is_pixels) {
        source_close(&src);
        PyErr_SetString(PyExc_TypeError, "pixels are an array or an image of "
                                         "Pillow: encoded pictures are signed");
        return NULL;
    }
    errors_forget();
    gil = PyEval_SaveThread();
    status = sitr_hash_pixels(ctx->ctx, &src.pixels, algo, turn, &value);
    PyEval_RestoreThread(gil);
    source_close(&src);
    if (!status) return hash_new(state, &value);
    errors_raise(state, status, NULL);
    return NULL;
}

PyObject *signature_probe(PyObject *module, PyObject *args, PyObject *kw)
{
    static char *names[] = {"data", "context", NULL};
    module_state *state = PyModule_GetState(module);
    PyObject *context_given = NULL;
    sitr_image_info info;
    sitr_status status;
    PyThreadState *gil;
    Py_buffer data;
    context *ctx;

    if (!PyArg_ParseTupleAndKeywords(args, kw, "y*|$O:probe", names, &data,
                                     &context_given))
        return NULL;
    ctx = context_of(state, context_given);
    if (!ctx) {
        PyBuffer_Release(&data);
        return NULL;
    }
    errors_forget();
    gil = PyEval_SaveThread();
    status = sitr_probe(ctx->ctx, data.buf, (size_t)data.len, &info);
    PyEval_RestoreThread(gil);
    PyBuffer_Release(&data);
    if (!status)
        return PyObject_CallFunction(
            state->image_info, "IINII", info.width, info.height,
            member(state->formats, (size_t)info.format), info.orientation,
            info.frames);
    errors_raise(state, status, NULL);
    return NULL;
}

static PyObject *from_bytes(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static char *names[] = {"data", "context", NULL};
    module_state *state = PyType_GetModuleState(type);
    PyObject *context_given = NULL, *out = NULL;
    sitr_signature *value;
    sitr_status status;
    Py_buffer data;
    context *ctx;

    if (!state || !PyArg_ParseTupleAndKeywords(args, kw, "y*|$O:from_bytes",
                                               names, &data, &context_given))
        return NULL;
    ctx = context_of(state, context_given);
    if (ctx) {
        errors_forget();
        status =
            sitr_signature_decode(ctx->ctx, data.buf, (size_t)data.len, &value);
        if (status)
            errors_raise(state, status, NULL);
        else
            out = signature_new(state, ctx, value);
    }
    PyBuffer_Release(&data);
    return out;
}

static PyObject *from_hash(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static char *names[] = {"hash", "context", NULL};
    module_state *state = PyType_GetModuleState(type);
    PyObject *given, *context_given = NULL;
    sitr_signature *value;
    sitr_status status;
    sitr_hash h;
    context *ctx;

    if (!state || !PyArg_ParseTupleAndKeywords(args, kw, "O|$O:from_hash",
                                               names, &given, &context_given))
        return NULL;
    ctx = context_of(state, context_given);
    if (!ctx || hash_from(state, given, SITR_PDQ, &h)) return NULL;
    errors_forget();
    status = sitr_sign_hash(ctx->ctx, &h, &value);
    if (!status) return signature_new(state, ctx, value);
    errors_raise(state, status, NULL);
    return NULL;
}

static PyObject *to_bytes(signature *self, PyObject *unused)
{
    const size_t size = sitr_signature_encode(self->value, NULL, 0);
    PyObject *out = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);

    (void)unused;
    if (out)
        (void)sitr_signature_encode(self->value, PyBytes_AsString(out), size);
    return out;
}

/* For pickle and copy: what comes back is checked as from_bytes checks it, and has
 * the plain context. */
static PyObject *reduce(signature *self, PyObject *unused)
{
    (void)unused;
    return Py_BuildValue(
        "N(N)",
        PyObject_GetAttrString((PyObject *)Py_TYPE((PyObject *)self),
                               "from_bytes"),
        to_bytes(self, NULL));
}

static PyObject *get_hash(signature *self, PyObject *args, PyObject *kw)
{
    static char *names[] = {"algo", "turn", NULL};
    module_state *state = state_of((PyObject *)self);
    PyObject *algo_given = NULL, *turn_given = NULL;
    sitr_algo algo;
    sitr_turn turn;
    sitr_hash value;

    if (!state ||
        !PyArg_ParseTupleAndKeywords(args, kw, "|OO:hash", names, &algo_given,
                                     &turn_given) ||
        algo_from(algo_given, SITR_PDQ, &algo) || turn_from(turn_given, &turn))
        return NULL;
    if (sitr_signature_hash(self->value, algo, turn, &value))
        return hash_new(state, &value);
    PyErr_Format(PyExc_LookupError, "no %s of %s in this signature",
                 sitr_algo_name(algo), sitr_turn_name(turn));
    return NULL;
}

static PyObject *get_hashes(signature *self, PyObject *unused)
{
    module_state *state = state_of((PyObject *)self);
    PyObject *list = state ? PyList_New(0) : NULL, *out;
    sitr_hash value;

    (void)unused;
    if (!list) return NULL;
    for (int i = 0; i < 8 * SITR_AHASH; i++) {
        PyObject *item;

        if (!sitr_signature_hash(self->value, (sitr_algo)(i / 8 + 1),
                                 (sitr_turn)(i % 8), &value))
            continue;
        item = hash_new(state, &value);
        if (!item || PyList_Append(list, item)) {
            Py_XDECREF(item);
            Py_DECREF(list);
            return NULL;
        }
        Py_DECREF(item);
    }
    out = PyList_AsTuple(list);
    Py_DECREF(list);
    return out;
}

enum { WIDTH, HEIGHT, FRAMES, QUALITY, FLAGS, KEYPOINTS };

static PyObject *get_number(signature *self, void *which)
{
    sitr_signature_info info;

    sitr_signature_describe(self->value, &info);

    const uint32_t numbers[] = {
        [WIDTH] = info.width,   [HEIGHT] = info.height,
        [FRAMES] = info.frames, [QUALITY] = info.quality,
        [FLAGS] = info.flags,   [KEYPOINTS] = info.keypoints};

    return PyLong_FromUnsignedLong(numbers[(uintptr_t)which]);
}

static PyObject *get_flag(signature *self, void *which)
{
    sitr_signature_info info;

    sitr_signature_describe(self->value, &info);
    return PyBool_FromLong((info.flags & (uintptr_t)which) != 0);
}

static PyObject *get_format(signature *self, void *unused)
{
    module_state *state = state_of((PyObject *)self);
    sitr_signature_info info;

    (void)unused;
    sitr_signature_describe(self->value, &info);
    return state ? member(state->formats, (size_t)info.format) : NULL;
}

/* No hash in it: it may come to a log, and hashes are personal data. */
static PyObject *repr(signature *self)
{
    sitr_signature_info info;

    sitr_signature_describe(self->value, &info);
    return PyUnicode_FromFormat("<sitr.Signature %ux%u, quality %u, %u "
                                "keypoints>",
                                info.width, info.height, info.quality,
                                info.keypoints);
}

static PyMethodDef methods[] = {
    {"from_bytes", (PyCFunction)(void (*)(void))from_bytes,
     METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "from_bytes($type, /, data, *, context=None)\n--\n\nBack from bytes(). "
     "Accepts nothing that bytes() could not have given."},
    {"from_hash", (PyCFunction)(void (*)(void))from_hash,
     METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "from_hash($type, /, hash, *, context=None)\n--\n\nA signature that is "
     "one "
     "hash from elsewhere, an exchanged list say."},
    {"hash", (PyCFunction)(void (*)(void))get_hash,
     METH_VARARGS | METH_KEYWORDS,
     "hash($self, /, algo=Algo.PDQ, turn=Turn.UPRIGHT)\n--\n\nThe hash of that "
     "algorithm and turn. LookupError where there is none: turned\nones are "
     "there where it was signed with query=True."},
    {"hashes", (PyCFunction)get_hashes, METH_NOARGS,
     "hashes($self, /)\n--\n\nAll that there are."},
    {"__bytes__", (PyCFunction)to_bytes, METH_NOARGS, NULL},
    {"__reduce__", (PyCFunction)reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

#define NUMBER(name, which, doc)                                  \
 {                                                                \
  name, (getter)get_number, NULL, doc, (void *)(uintptr_t)(which) \
 }
#define FLAG(name, which, doc)                                  \
 {                                                              \
  name, (getter)get_flag, NULL, doc, (void *)(uintptr_t)(which) \
 }

static PyGetSetDef getset[] = {
    NUMBER("width", WIDTH, "In pixels, upright."),
    NUMBER("height", HEIGHT, "In pixels, upright."),
    NUMBER("frames", FRAMES, "1 for stills; the first is signed."),
    NUMBER("quality", QUALITY, "Of PDQ, 0 to 100; less than 50 is weak."),
    NUMBER("flags", FLAGS, "The four below as a bit set."),
    NUMBER("keypoints", KEYPOINTS, "0 where it was signed without regions."),
    FLAG("damaged", SITR_INFO_DAMAGED, "Decoded in part or with warnings."),
    FLAG("too_plain", SITR_INFO_TOO_PLAIN,
         "Too little to see: never matched by its hash alone."),
    FLAG("few_regions", SITR_INFO_FEW_REGIONS,
         "Signed with regions, but too few for crops to be found by them."),
    FLAG("on_black", SITR_INFO_ON_BLACK,
         "Transparent, with nothing to see on white: signed as seen on black."),
    {"format", (getter)get_format, NULL, "What it was decoded from.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static char doc[] =
    "All that is kept of one picture: its hashes, its regions where asked for, "
    "its size and\nhow well it decoded. Holds no pixels. sitr.sign makes them; "
    "bytes() is what to store.\n\nIt never changes, and may be shared by "
    "threads, and pickled.";

static PyType_Slot slots[] = {{Py_tp_doc, doc},
                              {Py_tp_dealloc, signature_dealloc},
                              {Py_tp_traverse, signature_traverse},
                              {Py_tp_repr, repr},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {0, NULL}};

PyType_Spec signature_spec = {.name = "sitr.Signature",
                              .basicsize = sizeof(signature),
                              .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                       Py_TPFLAGS_IMMUTABLETYPE |
                                       Py_TPFLAGS_DISALLOW_INSTANTIATION,
                              .slots = slots};
