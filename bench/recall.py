#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How many altered copies are found, and what is said of them, beside how many
strangers are.

    recall.py [--lib=PATH] [--photos=N] [--seed=N] [--jobs=N] [--table=NAME]
              [--kept-aside | --all-photos] [--no-regions] [--csv]
              [--set=NAMES] [--scores=FILE] [--curve=FILE.svg] [--name=N]
              [FOLDER ...]
    recall.py --hard [--sent] [the same]

N photos (drawn by the seed; 0 = all) are signed as they are stored. Each goes
through a table of alterations.py (ordinary, extremes, adversarial or all); what
comes out is signed as a query and compared with all N by sitr_match_scan, whose
verdicts count. Of the photo altered:

    PDQ 31, 8 turns   PDQ's customary 31 bits, upright and over eight turns
    copy, +review     sitr's verdict, and either verdict
    kind, turn        right, in % of what was found
    corners           how far they are from where they should be, median and 95th
                      percentile, in % of the diagonal of the picture found
    places            originals shown (a collage has several) found within 5 %
    plain; others     how many of the altered pictures are themselves too plain for a
                      hash, and what is found of the others, by either verdict

and of the pairs with photos not shown, those that match. Photos flagged as too
plain, for the hash or for regions, have a line of their own.

Half of the photos are for tuning, which is the default; the other half, those
whose names' SHA-256 is even, is kept aside for the final figures. --scores
writes a line for each pair of strangers that has keypoints in common; --curve
draws recall against false-positive rate, of sitr by the rate that it states and
of PDQ over eight turns by its bits, photos flagged as too plain included; --name
names the N strongest false matches of each line.

--hard: N photos in the interfaces and patterns of hard.py, each as protected
against all as found, with other words, smaller, JPEG; with --sent the protected
ones, too, have been through a messenger (0.6 of the size, JPEG 75). Pairs of different photos
are strangers; "own" is what is found of those of one photo, in %, be it for the
photo or for what is around it.
"""
import argparse
import collections
import functools
import hashlib
import multiprocessing
import os
import random
import sys
import time

import numpy as np
from PIL import Image, ImageOps

import alterations
import curve
import hard
import libsitr
import shown

CUSTOMARY, NEAR = 31, 0.05


# ---- Photos ------------------------------------------------------------------

@functools.lru_cache(32)
def load(path):
    im = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    if max(im.size) > 1280:
        im.thumbnail((1280, 1280))
    return im


def kept_aside(path):
    return hashlib.sha256(os.path.basename(path).encode()).digest()[-1] % 2 == 0


def half(files, args):
    if args.all_photos:
        return files
    return [f for f in files if kept_aside(f) == args.kept_aside]


def choose(lib, files, n):
    """The first `n` that show something else than those before, signed as one
    signs what is to be kept."""
    paths, protected = [], []
    for path in files:
        with open(path, "rb") as f:
            data = f.read()
        query = lib.sign(data, regions=False)
        if any(np.count_nonzero(query.codes != p.codes[0], axis=1).min() <= 48
               for p in protected):
            print("# left out, there twice:", path)
            continue
        paths.append(path)
        protected.append(lib.sign(data, query=False))
        if n and len(paths) == n:
            break
    return paths, protected


# ---- One picture found -------------------------------------------------------

class Row:
    """What was counted of one alteration."""

    def __init__(self):
        self.count = collections.Counter()
        self.kinds = collections.Counter()   # (as it is, as was said)
        self.corners, self.distances = [], []
        self.strangers = []                  # (rate, number, number, Match's figures)
        self.curves = curve.Curve(), curve.Curve()   # of sitr, and of PDQ's bits

    def add(self, other):
        self.count += other.count
        self.kinds += other.kinds
        self.corners += other.corners
        self.distances += other.distances
        self.strangers += other.strangers
        for mine, theirs in zip(self.curves, other.curves):
            mine.add(theirs)

    def share(self, name, of="n"):
        return self.count[name] / self.count[of] if self.count[of] else float("nan")


def corner_error(match, place, size):
    """Mean over the corners, as a share of the diagonal; None: not said."""
    corners = match.corners()
    if corners is None:
        return None
    return np.hypot(*(corners - place.quad()).T).mean() / np.hypot(*size)


def judge(row, match, places, size):
    """What is said of a picture found, against the nearest of its places."""
    errors = [corner_error(match, p, size) for p in places]
    place, error = min(zip(places, errors), key=lambda pe: pe[1] or 0)
    kind = libsitr.KINDS[match.kind]
    row.count["found"] += 1
    row.count["copy"] += match.verdict == libsitr.COPY
    row.count["kind"] += kind == place.kind()
    row.count["turn"] += libsitr.TURNS[match.turn] == place.turn()
    row.kinds[place.kind(), kind] += 1
    if error is not None:
        row.corners.append(error)


def stranger(protected, found, m):
    return m.false_positive_rate, protected, found, m.verdict, m.keypoints, m.distance


def draw(row, lib, protected, index, in_it, found):
    """Adds a picture found to the row's curves."""
    for i, p in enumerate(protected):
        m = lib.match_pair(p, found)
        # sitr_match_pair states the rate of what is too weak to match, too
        said = (m.false_positive_rate,
                int(np.count_nonzero(found.codes != p.codes[0], axis=1).min()))
        for c, value in zip(row.curves, said):
            if i == index:
                c.copies[value] += 1
            elif i not in in_it:
                c.strangers[value] += 1


def count(row, lib, protected, index, out, found, score):
    """`found`, which is `out` signed, against all. `score`, where strangers are
    to be scored, takes the match with each."""
    bits = np.count_nonzero(found.codes != protected[index].codes[0], axis=1)
    row.distances.append(bits.min())
    row.count.update(n=1, pdq=int(bits[0] <= CUSTOMARY), turns=int(bits.min() <= CUSTOMARY),
                     plain=int(found.too_plain))
    in_it = {p.which for p in out.places}
    matches = collections.defaultdict(list)
    if score:
        # a scan leaves out what does not match, and that is to be scored too
        for i, p in enumerate(protected):
            if i not in in_it:
                m = lib.match_pair(p, found)
                score(m)
                if m.verdict != libsitr.NONE:
                    matches[i].append(m)
        at = sorted(in_it)
        for m in lib.match_scan([protected[i] for i in at], found):
            matches[at[m.id]].append(m)
    else:
        for m in lib.match_scan(protected, found):
            matches[m.id].append(m)
    if index in matches:
        judge(row, matches[index][0], [p for p in out.places if p.which == index], found.size)
        row.count["plain found"] += found.too_plain
    for p in out.places:
        errors = [corner_error(m, p, found.size) for m in matches[p.which]]
        row.count["places"] += 1
        row.count["places found"] += any(e is not None and e <= NEAR for e in errors)
    row.count["pairs"] += len(protected) - len(in_it)
    for i, of_one in matches.items():
        if i not in in_it and of_one:
            row.count["false copy"] += any(m.verdict == libsitr.COPY for m in of_one)
            row.count["false found"] += 1
            row.strangers.append(stranger(i, index, of_one[0]))
    return in_it


# ---- All of them, in several processes ---------------------------------------

def wanted(args):
    """Whether a name is one of --set."""
    parts = args.set.split(",")
    return lambda name: any(part in name for part in parts)


class Work:
    """What the processes share: made before they are forked."""

    def __init__(self, lib, paths, protected, tables, seed, rng, scored, drawn,
                 is_wanted=lambda name: True):
        self.lib, self.paths, self.protected, self.tables = lib, paths, protected, tables
        self.scored, self.drawn, self.is_wanted, n = scored, drawn, is_wanted, len(paths)
        # the ordinary table draws as it always has, so that figures compare
        three = [rng.sample([i for i in range(n) if i != index], 3) for index in range(n)]
        eight = [random.Random(1000 * seed + index).sample(
            [i for i in range(n) if i != index], min(8, n - 1)) for index in range(n)]
        self.others = {t: three if t == "ordinary" else eight for t in tables}

    def picture(self, index):
        return shown.original(load(self.paths[index]), index)

    def measure(self, index):
        """({(table, name): Row}, scores) of one photo."""
        rows, scores, im = {}, [], self.picture(index)
        for table in self.tables:
            others = [self.picture(i) for i in self.others[table][index]]
            score = (lambda m, t=table: scores.append(scored_line(t, m))) if self.scored else None
            for name, function in alterations.TABLES[table](others, index + 1).items():
                if not self.is_wanted(name):
                    continue
                out = function(im)
                row = rows[table, name] = Row()
                found = self.lib.sign(out.bytes())
                in_it = count(row, self.lib, self.protected, index, out, found, score)
                if self.drawn:
                    draw(row, self.lib, self.protected, index, in_it, found)
        return rows, [line for line in scores if line]


work = None   # a Work or a HardWork


def measure_one(index):
    return work.measure(index)


def each(function, n, jobs):
    """function(0), function(1), ...: in order, whoever is done first."""
    if jobs <= 1:
        yield from map(function, range(n))
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for i, result in enumerate(pool.imap(function, range(n))):
            if sys.stderr.isatty():
                print("\r%d of %d " % (i + 1, n), end="", file=sys.stderr)
            yield result


def scored_line(table, m):
    if m.keypoints:
        return "%s,%d,%.3g,%d" % (table, m.keypoints, m.false_positive_rate,
                                  -1 if m.distance > 256 else m.distance)
    return None


# ---- Strangers that share much -----------------------------------------------

class HardWork:
    def __init__(self, lib, paths, titles, seed, scored, sent):
        self.lib, self.paths, self.titles = lib, paths, titles
        self.seed, self.scored, self.sent = seed, scored, sent

    def sign(self, im):
        if self.sent:
            return self.lib.sign(hard.send(im, 0.6, 75), query=False)
        return self.lib.sign_pixels(np.asarray(im), query=False)

    def measure(self, number):
        """(counts, most keypoints, strangers that match, scores) of one set."""
        title, lib, c = self.titles[number], self.lib, collections.Counter()
        protected, most, strangers, scores = [], 0, [], []
        for i, path in enumerate(self.paths):
            im = hard.protected(title, load(path), self.seed, i)
            protected.append(self.sign(im))
            c["plain"] += protected[-1].too_plain
        for j, path in enumerate(self.paths):
            found = lib.sign(hard.found(title, load(path), self.seed, j))
            for i, p in enumerate(protected):
                m = lib.match_pair(p, found)
                copy, some = m.verdict == libsitr.COPY, m.verdict != libsitr.NONE
                if i == j and title not in hard.WITHOUT_PHOTO:
                    c.update({"own": 1, "own copy": copy, "own found": some})
                    continue
                c.update({"pairs": 1, "false copy": copy, "false found": some,
                          "by regions": some and m.keypoints > 0})
                most = max(most, m.keypoints)
                if some:
                    strangers.append(stranger(i, j, m))
                if self.scored:
                    scores.append(scored_line('"%s"' % title, m))
        return c, most, strangers, [line for line in scores if line]


def print_hard(title, c, most, csv):
    own = [100 * c[k] / c["own"] if c["own"] else float("nan") for k in ("own copy", "own found")]
    counts = [c[k] for k in ("plain", "pairs", "false copy", "false found", "by regions")]
    rate = c["false found"] / (c["pairs"] or 1)
    if csv:
        print(",".join(['"%s"' % title] + [str(n) for n in counts + [most]]
                       + ["%.2e" % rate] + ["%.4f" % (o / 100) for o in own]))
    else:
        print(("%-31s" % title + "%7d%10d%8d%8d%11d%11d" % (*counts, most)
               + "%10.1e%10.1f%8.1f" % (rate, *own)).replace("nan", "  -"), flush=True)


# ---- Tables ------------------------------------------------------------------

COLUMNS = [("PDQ 31", "pdq"), ("8 turns", "turns"), ("copy", "copy"), ("+review", "found")]


def percentile(values, share):
    return 100 * float(np.quantile(values, share)) if values else float("nan")


def print_head(title, csv):
    if csv:
        print("table,alteration,n,pdq,turns,copy,found,kind,turn,corners_median,corners_95,places,"
              "distance,plain,found_of_others,pairs,false_copy,false_found")
    else:
        print("\n%-31s" % (title + ", %") + "".join("%8s" % c for c, _ in COLUMNS)
              + "%7s%6s%15s%8s%6s%7s%8s%10s%7s%8s" % (
                  "kind", "turn", "corners, 95 %", "places", "bits", "plain", "others",
                  "pairs", "false", "+review"))


def print_row(table, name, r, shares, csv):
    """`shares`: of what was asked about, as in COLUMNS."""
    right = [r.share("kind", "found"), r.share("turn", "found")]
    corners = [percentile(r.corners, 0.5), percentile(r.corners, 0.95)]
    bits = sorted(r.distances)[len(r.distances) // 2] if r.distances else -1
    c = r.count
    n_others = c["n"] - c["plain"]
    others = (c["found"] - c["plain found"]) / n_others if n_others else float("nan")
    if csv:
        print(",".join([table, '"%s"' % name, str(c["n"])] + ["%.4f" % s for s in shares + right]
                       + ["%.3f" % e for e in corners]
                       + ["%.4f" % r.share("places found", "places"), str(bits),
                          str(c["plain"]), "%.4f" % others]
                       + [str(c[k]) for k in ("pairs", "false copy", "false found")]))
    else:
        line = ("%-31s" % name + "".join("%8.1f" % (100 * s) for s in shares)
                + "%7.0f%6.0f" % tuple(100 * s for s in right) + "%7.2f%8.2f" % tuple(corners)
                + "%8.1f%6d%7d%8.1f%10d%7d%8d" % (
                    100 * r.share("places found", "places"), bits, c["plain"], 100 * others,
                    c["pairs"], c["false copy"], c["false found"]))
        print(line.replace("nan", "  -"))


def print_mean(table, title, rows, csv):
    """Shares are averaged over alterations, the rest over all there is."""
    rows, total = [r for r in rows if r.count["n"]], Row()
    if not rows:
        return
    for r in rows:
        total.add(r)
    print_row(table, title, total,
              [sum(r.share(key) for r in rows) / len(rows) for _, key in COLUMNS], csv)


def print_table(table, rows, flagged, csv):
    """`rows`: [(name, Row of photos with something to see, Row of the others)]."""
    print_head(table, csv)
    both = []
    for name, fine, plain in rows:
        print_row(table, name, fine, [fine.share(key) for _, key in COLUMNS], csv)
        both.append(Row())
        both[-1].add(fine)
        both[-1].add(plain)
    print_mean(table, "mean of %d" % len(rows), [fine for _, fine, _ in rows], csv)
    if flagged:
        print_mean(table, "%d too plain" % flagged, [plain for _, _, plain in rows], csv)
        print_mean(table, "mean with these", both, csv)
    if csv:
        return
    total = sum((r.count for r in both), collections.Counter())
    kinds = sum((r.kinds for r in both), collections.Counter())
    print()
    for kind in libsitr.KINDS:
        said = {s: n for (k, s), n in kinds.items() if k == kind}
        if said:
            print("%-13s was called " % kind + ", ".join(
                "%s %.1f %%" % (s, 100 * n / sum(said.values()))
                for s, n in sorted(said.items(), key=lambda sn: -sn[1])))
    print_false("false positives", total)


def print_false(title, c):
    pairs = c["pairs"] or 1
    print("%s: copy %d, review %d of %.2g pairs (copy %.1e, both %.1e a pair)"
          % (title, c["false copy"], c["false found"] - c["false copy"], c["pairs"],
             c["false copy"] / pairs, c["false found"] / pairs))


def print_strangers(title, strangers, paths, most):
    for rate, protected, found, verdict, keypoints, bits in sorted(strangers)[:most]:
        print("# %s: %s, %.1e, %d keypoints, %d bits: %s found in %s"
              % (title, ["none", "review", "copy"][verdict], rate, keypoints,
                 -1 if bits > 256 else bits, paths[protected], paths[found]))


# ---- Runs --------------------------------------------------------------------

def altered(lib, files, rng, args):
    global work
    start = time.time()
    paths, protected = choose(lib, files, args.photos)
    if len(paths) < 4:
        raise SystemExit("four photos at least")
    tables = list(alterations.TABLES) if args.table == "all" else [args.table]
    work = Work(lib, paths, protected, tables, args.seed, rng, args.scores,
                args.curve, wanted(args))
    flagged = [s.too_plain or s.few_regions for s in protected]
    rows = {}
    for index, (of_one, scores) in enumerate(each(measure_one, len(paths), args.jobs)):
        for key, row in of_one.items():
            rows.setdefault(key, (Row(), Row()))[flagged[index]].add(row)
        if args.scores:
            args.scores.writelines(line + "\n" for line in scores)
    print("# sitr %s, %s regions, %d photos, %d of them too plain (%d for the hash, %d for "
          "regions), seed %d, %.0f s"
          % (lib.version(), "with" if lib.regions else "without", len(paths), sum(flagged),
             sum(s.too_plain for s in protected),
             sum(s.few_regions for s in protected), args.seed, time.time() - start))
    for table in tables:
        some = [(n, *r) for (t, n), r in rows.items() if t == table]
        if not some:
            continue
        print_table(table, some, sum(flagged), args.csv)
        for (t, name), both in rows.items():
            if t == table:
                print_strangers(name, both[0].strangers + both[1].strangers, paths, args.name)
    if args.curve:
        args.curve.write(drawn_tables(tables, rows, len(paths)))


def drawn_tables(tables, rows, n):
    """As SVG, with where the verdicts lie."""
    lines, marks = [], []
    for table in tables:
        total = Row()
        for (t, _), both in rows.items():
            if t == table:
                total.add(both[0])
                total.add(both[1])
        sitr, pdq = total.curves
        lines += [("sitr, " + table, sitr, False), ("PDQ, 8 turns, " + table, pdq, True)]
        c = total.count
        marks += [(name, c["false " + name] / (c["pairs"] or 1), total.share(name))
                  for name in ("copy", "found")]
    pairs = sum(lines[0][1].strangers.values())
    return curve.svg("Recall against false-positive rate", lines, marks,
                     "%d photos, %.2g pairs of strangers for the first table" % (n, pairs))


def hard_sets(lib, files, args):
    global work
    start, total, most_of_all = time.time(), collections.Counter(), 0
    paths, _ = choose(lib, files, args.photos)
    titles = [t for t in hard.SETS if wanted(args)(t)]
    work = HardWork(lib, paths, titles, args.seed, args.scores, args.sent)
    print("# sitr %s, %s regions, %d photos, seed %d"
          % (lib.version(), "with" if lib.regions else "without", len(paths), args.seed))
    if args.csv:
        print("set,plain,pairs,false_copy,false_found,by_regions,keypoints,rate,own_copy,own_found")
    else:
        print("%-31s" % "pairs that share much" + "%7s%10s%8s%8s%11s%11s%10s%10s%8s"
              % ("plain", "pairs", "false", "+review", "by regions", "keypoints", "rate",
                 "own copy", "+review"))
    of_each = each(measure_one, len(titles), args.jobs)
    for title, (c, most, strangers, scores) in zip(titles, of_each):
        print_hard(title, c, most, args.csv)
        print_strangers(title, strangers, paths, args.name)
        total.update(c)
        most_of_all = max(most, most_of_all)
        if args.scores:
            args.scores.writelines(line + "\n" for line in scores)
    print_hard("all", total, most_of_all, args.csv)
    if not args.csv:
        print()
        print_false("false positives", total)
        print("# %.0f s" % (time.time() - start))


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folders", nargs="*")
    p.add_argument("--lib")
    p.add_argument("--photos", type=int, default=100)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--table", choices=[*alterations.TABLES, "all"], default="ordinary")
    which = p.add_mutually_exclusive_group()
    which.add_argument("--kept-aside", action="store_true")
    which.add_argument("--all-photos", action="store_true")
    p.add_argument("--hard", action="store_true")
    p.add_argument("--set", default="", help="only the alterations, or hard sets, with one of these in their names")
    p.add_argument("--sent", action="store_true")
    p.add_argument("--no-regions", action="store_true")
    p.add_argument("--scores", type=argparse.FileType("w"))
    p.add_argument("--curve", type=argparse.FileType("w"))
    p.add_argument("--name", type=int, default=0)
    p.add_argument("--csv", action="store_true")
    args = p.parse_args()
    lib, rng = libsitr.Library(args.lib, not args.no_regions), random.Random(args.seed)
    files = libsitr.photos(args.folders)
    rng.shuffle(files)
    if args.scores:
        print("table,keypoints,false_positive_rate,distance", file=args.scores)
    if args.hard:
        hard_sets(lib, half(files, args), args)
    else:
        altered(lib, half(files, args), rng, args)


if __name__ == "__main__":
    main()
