/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which segments are put together: many indexes grown by what is added to them,
 * and what each step costs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiers.h"

#define MAX  1024
#define MOST ((uint64_t)2 << 30) /* bytes of a segment */

/* Pieces that were added, in the segments they are in. */
typedef struct list {
    struct tier tiers[MAX];
    size_t n;
    uint64_t total, written;
} list;

static void add(list *l, uint64_t size)
{
    assert_in_range(l->n, 0, MAX - 1);
    l->tiers[l->n++] = (struct tier){.size = size};
    l->total += size;
    l->written += size;
}

static void put_together(list *l, size_t first, size_t count)
{
    uint64_t size = 0;

    assert_true(count >= 1 && first + count <= l->n);
    for (size_t i = first; i < first + count; i++) size += l->tiers[i].size;
    assert_true(count == 1 || size <= MOST);
    l->tiers[first] = (struct tier){.size = size};
    memmove(l->tiers + first + 1, l->tiers + first + count,
            (l->n - first - count) * sizeof *l->tiers);
    l->n -= count - 1;
    l->written += size;
}

/* As a command does after a change; it comes to an end. */
static void settle(list *l)
{
    size_t first, count;

    for (int steps = 0; tiers_next(l->tiers, l->n, MOST, &first, &count);
         steps++) {
        assert_in_range(steps, 0, 2 * MAX);
        put_together(l, first, count);
    }
}

static unsigned log_of(uint64_t n)
{
    unsigned bits = 0;

    for (; n; n >>= 1) bits++;
    return bits;
}

/* `n` pieces of 1 .. `widest` times `unit` bytes. */
static void grow(unsigned n, uint64_t unit, uint32_t widest, uint32_t seed)
{
    static list l;
    size_t most = 0;

    memset(&l, 0, sizeof l);
    for (unsigned i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        add(&l, unit * (1 + (seed >> 8) % widest));
        settle(&l);
        if (l.n > most) most = l.n;
    }
    /* those that are full, or that no neighbour fits, and the others */
    assert_in_range(most, 1,
                    2 * (l.total / MOST) + TIERS_FEW + log_of(MOST / unit) + 1);
    assert_true(l.written <= l.total * (2 + log_of(n)));
}

static void test_growth(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 20; seed++) {
        grow(10000, 20000, 1, seed);
        grow(10000, 20000, 50, seed);
        grow(2000, 20000, 50000, seed);
        /* more than one segment takes */
        grow(3000, MOST / 64, 3, seed);
        grow(300, MOST / 4, 7, seed);
    }
}

/* A few are left alone, a small one is not put to a large one. */
static void test_left_alone(void **state)
{
    static list l;
    size_t first, count;

    (void)state;
    memset(&l, 0, sizeof l);
    assert_false(tiers_next(l.tiers, 0, MOST, &first, &count));
    for (int i = 0; i < TIERS_FEW; i++) {
        add(&l, 1000);
        assert_false(tiers_next(l.tiers, l.n, MOST, &first, &count));
    }
    add(&l, 1);
    assert_false(tiers_next(l.tiers, l.n, MOST, &first, &count));
    add(&l, 1000);
    assert_true(tiers_next(l.tiers, l.n, MOST, &first, &count));
    assert_int_equal(first, 0);
    assert_int_equal(count, TIERS_FEW + 2);
}

/* What is mostly removed is written again, wherever it is. */
static void test_spent(void **state)
{
    static list l;
    size_t first, count;

    (void)state;
    memset(&l, 0, sizeof l);
    for (int i = 0; i < 3; i++) add(&l, 1000);
    l.tiers[1].is_worn = true;
    assert_false(tiers_next(l.tiers, l.n, MOST, &first, &count));
    l.tiers[1].is_spent = true;
    assert_true(tiers_next(l.tiers, l.n, MOST, &first, &count));
    assert_int_equal(first, 1);
    assert_int_equal(count, 1);
}

/* As few as can be, and nothing of what was removed. */
static void test_pack(void **state)
{
    static list l;
    size_t first, count;
    int steps = 0;

    (void)state;
    memset(&l, 0, sizeof l);
    for (int i = 0; i < 100; i++) {
        add(&l, i % 9 ? 1000 : MOST - 1500 * (uint64_t)(i % 2));
        l.tiers[i].is_worn = i % 7 == 0;
    }
    while (tiers_pack_next(l.tiers, l.n, MOST, &first, &count)) {
        put_together(&l, first, count);
        assert_in_range(++steps, 1, 100);
    }
    for (size_t i = 0; i < l.n; i++) {
        assert_false(l.tiers[i].is_worn);
        if (i) assert_true(l.tiers[i - 1].size + l.tiers[i].size > MOST);
    }
    /* one that is larger, made in one go, stays what it is */
    memset(&l, 0, sizeof l);
    add(&l, 3 * MOST);
    add(&l, UINT64_MAX / 2);
    add(&l, 1);
    assert_false(tiers_pack_next(l.tiers, l.n, MOST, &first, &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_left_alone),
        cmocka_unit_test(test_spent),
        cmocka_unit_test(test_pack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
