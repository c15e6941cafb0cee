/* SPDX-License-Identifier: Apache-2.0 */
/* Made by make_tables.py: do not edit. */

static const filter first_level = {5, {8604, 6929, 3619, 1226, 270, 38}};
static const filter first_enlarged = {4, {10468, 7598, 2905, 585, 62}};
static const filter next_level[SITR_LEVELS - 1] = {
    {4, {10662, 7646, 2820, 535, 52}},
    {5, {8462, 6864, 3662, 1285, 297, 45}},
    {6, {6722, 5890, 3964, 2049, 814, 248, 58}},
    {7, {5340, 4915, 3830, 2528, 1413, 669, 268, 91}},
    {9, {4236, 4023, 3438, 2646, 1834, 1145, 644, 326, 149, 61}},
};
