/* SPDX-License-Identifier: Apache-2.0 */
/* sitr.Hash, and distances. */
#include "binding.h"

#include <stdio.h>

module_state *state_of(PyObject *self)
{
    return PyType_GetModuleState(Py_TYPE((PyObject *)self));
}

PyObject *member(PyObject *tuple, size_t number)
{
    PyObject *item = PyTuple_GetItem(tuple, (Py_ssize_t)number);

    Py_XINCREF(item);
    return item;
}

/* A member of an enumeration of integers, or its name as `named` knows it. */
static int number_from(PyObject *from, const char *what,
                       int (*named)(const char *text), int most, int *out)
{
    long value;

    if (PyUnicode_Check(from)) {
        PyObject *bytes = PyUnicode_AsUTF8String(from);
        const char *text = bytes ? PyBytes_AsString(bytes) : NULL;

        value = text ? named(text) : -1;
        Py_XDECREF(bytes);
        if (!text) return -1;
    } else {
        value = PyLong_AsLong(from);
        if (value == -1 && PyErr_Occurred()) return -1;
    }
    if (value < 0 || value > most) {
        PyErr_Format(PyExc_ValueError, "no %s of that name or number", what);
        return -1;
    }
    *out = (int)value;
    return 0;
}

static int algo_named(const char *text)
{
    const sitr_algo algo = sitr_algo_named(text);

    return algo ? (int)algo : -1;
}

static int turn_named(const char *text)
{
    for (int turn = SITR_UPRIGHT; turn <= SITR_MIRROR_270; turn++)
        if (!strcmp(sitr_turn_name((sitr_turn)turn), text)) return turn;
    return -1;
}

int algo_from(PyObject *from, sitr_algo otherwise, sitr_algo *out)
{
    int number = (int)otherwise;

    if (from && from != Py_None &&
        number_from(from, "algorithm", algo_named, SITR_AHASH, &number))
        return -1;
    *out = (sitr_algo)number;
    if (number) return 0;
    PyErr_SetString(PyExc_ValueError, "no algorithm of that name or number");
    return -1;
}

int turn_from(PyObject *from, sitr_turn *out)
{
    int number = SITR_UPRIGHT;

    if (from && from != Py_None &&
        number_from(from, "turn", turn_named, SITR_MIRROR_270, &number))
        return -1;
    *out = (sitr_turn)number;
    return 0;
}

void hash_of_pdq(const unsigned char *bytes, sitr_hash *out)
{
    *out = (sitr_hash){
        .algo = SITR_PDQ, .bits = SITR_HASH_MAX_BITS, .quality = 100};
    for (int i = 0; i < PDQ_BYTES; i++)
        out->word[3 - i / 8] = out->word[3 - i / 8] << 8 | bytes[i];
}

static int bits_from(const unsigned char *bytes, Py_ssize_t size,
                     sitr_algo algo, sitr_hash *out)
{
    const uint32_t bits = sitr_algo_bits(algo);

    if ((uint32_t)size != bits / 8 || size > PDQ_BYTES) {
        PyErr_Format(PyExc_ValueError, "a hash of %s is %u bytes",
                     sitr_algo_name(algo), bits / 8);
        return -1;
    }
    *out = (sitr_hash){
        .algo = (uint16_t)algo, .bits = (uint16_t)bits, .quality = 100};
    for (Py_ssize_t i = 0; i < size; i++) {
        uint64_t *word = &out->word[(size - 1 - i) / 8];

        *word = *word << 8 | bytes[i];
    }
    return 0;
}

static int text_from(PyObject *from, sitr_algo algo, sitr_hash *out)
{
    PyObject *bytes = PyUnicode_AsUTF8String(from);
    char named[SITR_HASH_MAX_TEXT + 8];
    Py_ssize_t size;
    char *text;
    int failed;

    if (!bytes || PyBytes_AsStringAndSize(bytes, &text, &size)) {
        Py_XDECREF(bytes);
        return -1;
    }
    /* digits alone are of the algorithm that is asked for */
    if (size < SITR_HASH_MAX_TEXT && !memchr(text, ':', (size_t)size)) {
        size = snprintf(named, sizeof named, "%s:%.*s", sitr_algo_name(algo),
                        (int)size, text);
        text = named;
    }
    failed = sitr_hash_parse(text, (size_t)size, out);
    Py_DECREF(bytes);
    if (!failed) return 0;
    PyErr_SetString(PyExc_ValueError,
                    "not a hash: \"pdq:\" and 64 digits, say");
    return -1;
}

int hash_from(module_state *state, PyObject *from, sitr_algo algo,
              sitr_hash *out)
{
    unsigned char flat[PDQ_BYTES];
    Py_buffer view;
    int failed = -1;

    if (Py_IS_TYPE(from, state->hash)) {
        *out = ((hash *)from)->value;
        return 0;
    }
    if (PyUnicode_Check(from)) return text_from(from, algo, out);
    if (!PyObject_CheckBuffer(from)) {
        PyErr_Format(PyExc_TypeError,
                     "a hash is a sitr.Hash, text or bytes, "
                     "not %R",
                     Py_TYPE(from));
        return -1;
    }
    if (PyObject_GetBuffer(from, &view, PyBUF_RECORDS_RO)) return -1;
    if (!buffer_is_bytes(&view) || view.ndim != 1)
        PyErr_SetString(PyExc_TypeError, "a hash is bytes in one dimension");
    else if (view.len > PDQ_BYTES || /* which bits_from says, and reads none */
             !PyBuffer_ToContiguous(flat, &view, view.len, 'C'))
        failed = bits_from(flat, view.len, algo, out);
    PyBuffer_Release(&view);
    return failed;
}

PyObject *hash_new(module_state *state, const sitr_hash *value)
{
    hash *self = (hash *)PyType_GenericAlloc(state->hash, 0);

    if (!self) return NULL;
    self->value = *value;
    for (int n = value->bits / 8, i = 0; i < n; i++)
        self->bytes[i] = (unsigned char)(value->word[(n - 1 - i) / 8] >>
                                         ((n - 1 - i) % 8 * 8));
    return (PyObject *)self;
}

static PyObject *hash_make(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static char *names[] = {"value", "algo", "quality", "turn", NULL};
    PyObject *from, *algo_given = NULL, *quality_given = NULL,
                    *turn_given = NULL, *bytes = NULL;
    module_state *state = PyType_GetModuleState(type);
    sitr_algo algo;
    sitr_turn turn;
    sitr_hash value;
    long quality;
    int failed;

    if (!state ||
        !PyArg_ParseTupleAndKeywords(args, kw, "O|O$OO:Hash", names, &from,
                                     &algo_given, &quality_given, &turn_given))
        return NULL;
    if (algo_from(algo_given, SITR_PDQ, &algo)) return NULL;
    if (PyLong_Check(from)) {
        bytes =
            PyObject_CallMethod(from, "to_bytes", "Is",
                                (unsigned)(sitr_algo_bits(algo) / 8), "big");
        if (!bytes) return NULL;
        from = bytes;
    }
    failed = hash_from(state, from, algo, &value);
    Py_XDECREF(bytes);
    if (failed) return NULL;
    if (algo_given && algo_given != Py_None && value.algo != algo) {
        PyErr_SetString(PyExc_ValueError, "a hash of another algorithm");
        return NULL;
    }
    if (turn_given && turn_given != Py_None) {
        if (turn_from(turn_given, &turn)) return NULL;
        value.turn = (uint8_t)turn;
    }
    if (quality_given && quality_given != Py_None) {
        quality = PyLong_AsLong(quality_given);
        if (quality == -1 && PyErr_Occurred()) return NULL;
        if (quality < 0 || quality > 100) {
            PyErr_SetString(PyExc_ValueError, "quality is 0 to 100");
            return NULL;
        }
        value.quality = (uint8_t)quality;
    }
    return hash_new(state, &value);
}

static void hash_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);

    PyObject_Free(self);
    Py_DECREF((PyObject *)type);
}

static PyObject *hash_bytes(hash *self, PyObject *unused)
{
    (void)unused;
    return PyBytes_FromStringAndSize((const char *)self->bytes,
                                     self->value.bits / 8);
}

static PyObject *hash_hex(hash *self, PyObject *unused)
{
    char text[SITR_HASH_MAX_TEXT];

    (void)unused;
    sitr_hash_format(&self->value, text);
    return PyUnicode_FromString(strrchr(text, ':') + 1);
}

static PyObject *hash_str(hash *self)
{
    char text[SITR_HASH_MAX_TEXT];

    sitr_hash_format(&self->value, text);
    return PyUnicode_FromString(text);
}

static PyObject *hash_repr(hash *self)
{
    char text[SITR_HASH_MAX_TEXT];

    sitr_hash_format(&self->value, text);
    return PyUnicode_FromFormat("sitr.Hash('%s')", text);
}

static PyObject *hash_int(hash *self)
{
    PyObject *bytes = hash_bytes(self, NULL), *out;

    if (!bytes) return NULL;
    out = PyObject_CallMethod((PyObject *)&PyLong_Type, "from_bytes", "Os",
                              bytes, "big");
    Py_DECREF(bytes);
    return out;
}

/* Equal are hashes of one algorithm without a bit between them, whatever their
 * quality and turn. */
static int compare(const hash *a, const hash *b)
{
    if (a->value.algo != b->value.algo)
        return a->value.algo < b->value.algo ? -1 : 1;
    return memcmp(a->bytes, b->bytes, PDQ_BYTES);
}

static PyObject *hash_richcompare(PyObject *a, PyObject *b, int op)
{
    int c;

    if (!Py_IS_TYPE(b, Py_TYPE(a))) Py_RETURN_NOTIMPLEMENTED;
    c = compare((hash *)a, (hash *)b);
    Py_RETURN_RICHCOMPARE(c, 0, op);
}

static Py_hash_t hash_hash(hash *self)
{
    uint64_t mixed = self->value.algo;

    /* the bits are no secret from who gives them, but neither are they spread:
     * a list made to collide would be one of hashes of a few bits */
    for (int i = 0; i < 4; i++)
        mixed = (mixed ^ self->value.word[i]) * 0x9e3779b97f4a7c15u,
        mixed ^= mixed >> 29;
    return (Py_hash_t)mixed == -1 ? -2 : (Py_hash_t)mixed;
}

static PyObject *distance_of(const sitr_hash *a, const sitr_hash *b)
{
    const uint32_t distance = sitr_hash_distance(a, b);

    if (distance != UINT32_MAX) return PyLong_FromUnsignedLong(distance);
    PyErr_SetString(PyExc_ValueError, "hashes of two algorithms have no "
                                      "distance");
    return NULL;
}

static PyObject *hash_distance_to(hash *self, PyObject *other)
{
    module_state *state = state_of((PyObject *)self);
    sitr_hash value;

    if (!state || hash_from(state, other, (sitr_algo)self->value.algo, &value))
        return NULL;
    return distance_of(&self->value, &value);
}

/* For pickle and copy: text does not say the quality. */
static PyObject *hash_getnewargs_ex(hash *self, PyObject *unused)
{
    (void)unused;
    return Py_BuildValue("(N){si}", hash_str(self), "quality",
                         (int)self->value.quality);
}

static PyObject *get_algo(hash *self, void *unused)
{
    module_state *state = state_of((PyObject *)self);

    (void)unused;
    return state ? member(state->algos, self->value.algo) : NULL;
}

static PyObject *get_turn(hash *self, void *unused)
{
    module_state *state = state_of((PyObject *)self);

    (void)unused;
    return state ? member(state->turns, self->value.turn) : NULL;
}

static PyObject *get_quality(hash *self, void *unused)
{
    (void)unused;
    return PyLong_FromLong(self->value.quality);
}

static PyObject *get_bits(hash *self, void *unused)
{
    (void)unused;
    return PyLong_FromLong(self->value.bits);
}

static int get_buffer(hash *self, Py_buffer *view, int flags)
{
    return PyBuffer_FillInfo(view, (PyObject *)self, self->bytes,
                             self->value.bits / 8, 1, flags);
}

PyObject *hash_distance(PyObject *module, PyObject *const *args, Py_ssize_t n)
{
    module_state *state = PyModule_GetState(module);
    sitr_hash a, b;

    if (n != 2) {
        PyErr_SetString(PyExc_TypeError, "distance takes two hashes");
        return NULL;
    }
    if (hash_from(state, args[0], SITR_PDQ, &a) ||
        hash_from(state, args[1], (sitr_algo)a.algo, &b))
        return NULL;
    return distance_of(&a, &b);
}

/* What sitr_hash_distance counts, of hashes as they lie in a buffer: to make a
 * sitr_hash of each first would cost a third as much again. */
static unsigned bits_between(const unsigned char *a, const unsigned char *b)
{
    const uint64_t fives = UINT64_MAX / 3, threes = UINT64_MAX / 5,
                   nibbles = UINT64_MAX / 17, bytes = UINT64_MAX / 257;
    uint64_t x, y, sum = 0;

    /* up to 32 in each byte of the sum, which are added in pairs, for 256 is too
     * many for one */
    for (int i = 0; i < PDQ_BYTES; i += 8) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        x ^= y;
        x -= x >> 1 & fives;
        x = (x & threes) + (x >> 2 & threes);
        sum += (x + (x >> 4)) & nibbles;
    }
    sum = (sum & bytes) + (sum >> 8 & bytes);
    return (unsigned)(sum * (UINT64_MAX / 65535) >> 48);
}

static void measure(const unsigned char *query, const rows *r, uint16_t *out)
{
    for (Py_ssize_t i = 0; i < r->n; i++)
        out[i] = (uint16_t)bits_between(query, r->data + i * r->stride);
}

/* Below this the GIL would cost more than it gives to others. */
enum { GIL_KEPT = 256 };

static void measure_all(const unsigned char *query, const rows *r,
                        uint16_t *out)
{
    PyThreadState *gil;

    if (r->n < GIL_KEPT) {
        measure(query, r, out);
        return;
    }
    gil = PyEval_SaveThread();
    measure(query, r, out);
    PyEval_RestoreThread(gil);
}

/* A memoryview of numbers of 16 bits. */
static PyObject *measured(const unsigned char *query, const rows *r)
{
    PyObject *array, *view, *out;

    if (r->n > PY_SSIZE_T_MAX / 2) return PyErr_NoMemory();
    array = PyByteArray_FromStringAndSize(NULL, r->n * 2);
    if (!array) return NULL;
    measure_all(query, r, (uint16_t *)(void *)PyByteArray_AsString(array));
    view = PyMemoryView_FromObject(array);
    Py_DECREF(array);
    if (!view) return NULL;
    out = PyObject_CallMethod(view, "cast", "s", "H");
    Py_DECREF(view);
    return out;
}

static int measure_into(const unsigned char *query, const rows *r,
                        PyObject *out)
{
    Py_buffer view;
    int ok;

    if (PyObject_GetBuffer(out, &view, PyBUF_CONTIG | PyBUF_FORMAT)) return -1;
    ok = view.itemsize == 2 && view.format && strchr(view.format, 'H') &&
         view.ndim == 1 && view.shape[0] == r->n &&
         (uintptr_t)view.buf % sizeof(uint16_t) == 0;
    if (ok)
        measure_all(query, r, view.buf);
    else
        PyErr_SetString(PyExc_ValueError,
                        "out is as many numbers of type uint16 as there are "
                        "hashes");
    PyBuffer_Release(&view);
    return ok ? 0 : -1;
}

PyObject *hash_distances(PyObject *module, PyObject *args, PyObject *kw)
{
    static char *names[] = {"query", "hashes", "out", NULL};
    module_state *state = PyModule_GetState(module);
    PyObject *query_given, *hashes, *into = NULL, *out = NULL;
    sitr_hash query;
    unsigned char bytes[PDQ_BYTES];
    rows r;

    if (!PyArg_ParseTupleAndKeywords(args, kw, "OO|O:distances", names,
                                     &query_given, &hashes, &into) ||
        hash_from(state, query_given, SITR_PDQ, &query))
        return NULL;
    if (query.algo != SITR_PDQ) {
        PyErr_SetString(PyExc_ValueError, "a PDQ hash is needed");
        return NULL;
    }
    if (rows_open(state, hashes, &r)) return NULL;
    for (int i = 0; i < PDQ_BYTES; i++)
        bytes[i] = (unsigned char)(query.word[3 - i / 8] >> (56 - i % 8 * 8));
    if (!into || into == Py_None) {
        out = measured(bytes, &r);
    } else if (!measure_into(bytes, &r, into)) {
        Py_INCREF(into);
        out = into;
    }
    rows_close(&r);
    return out;
}

static PyMethodDef methods[] = {
    {"__bytes__", (PyCFunction)hash_bytes, METH_NOARGS, NULL},
    {"__getnewargs_ex__", (PyCFunction)hash_getnewargs_ex, METH_NOARGS, NULL},
    {"hex", (PyCFunction)hash_hex, METH_NOARGS,
     "hex($self, /)\n--\n\nThe digits alone, the highest bit first."},
    {"distance", (PyCFunction)hash_distance_to, METH_O,
     "distance($self, other, /)\n--\n\nThe number of bits that differ. "
     "ValueError where the algorithms do."},
    {NULL, NULL, 0, NULL}};

static PyGetSetDef getset[] = {
    {"algo", (getter)get_algo, NULL, "The algorithm.", NULL},
    {"turn", (getter)get_turn, NULL,
     "How the picture was turned before it was hashed.", NULL},
    {"quality", (getter)get_quality, NULL,
     "How much there was to see, 0 to 100; less than 50 is weak.", NULL},
    {"bits", (getter)get_bits, NULL, "64 or 256.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static char doc[] =
    "Hash(value, algo=None, *, quality=None, turn=None)\n--\n\n"
    "One perceptual hash: of text (\"pdq:f8f8...\", or the digits alone), of "
    "bytes with the\nhighest bit first, or of an int. bytes(), int(), hex() "
    "and "
    "str() give it back; it is also\na buffer of its bytes, which "
    "numpy.asarray takes without a copy.\n\nHashes of one algorithm with the "
    "same bits are equal, whatever their quality and turn.";

static PyType_Slot slots[] = {{Py_tp_doc, doc},
                              {Py_tp_new, hash_make},
                              {Py_tp_dealloc, hash_dealloc},
                              {Py_tp_repr, hash_repr},
                              {Py_tp_str, hash_str},
                              {Py_tp_hash, hash_hash},
                              {Py_tp_richcompare, hash_richcompare},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_nb_int, hash_int},
                              {Py_bf_getbuffer, get_buffer},
                              {0, NULL}};

PyType_Spec hash_spec = {.name = "sitr.Hash",
                         .basicsize = sizeof(hash),
                         .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
                         .slots = slots};
