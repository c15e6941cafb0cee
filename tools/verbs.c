/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs. */
#include "args.h"

#include <string.h>

#include "i18n.h"

/* A command and what it does, a pair of strings each. */

#define EXAMPLES_OF_MATCH                                                      \
    "sitr match protected/ found/\0" N_(                                       \
        "what in found/ was made from a picture in protected/?") "\0"          \
    "sitr match --json mine.jpg found/ >matches.json\0" N_(                    \
        "the same for a program") "\0"                                         \
    "find /media/disk -size +4k -print0 | sitr match -0 mine.jpg -\0" N_(      \
        "files that find names") "\0"

#define EXAMPLES_OF_COMPARE                                                    \
    "sitr compare mine.jpg found.webp\0" N_(                                   \
        "is found.webp a copy of mine.jpg?") "\0"

#define EXAMPLES_OF_HASH                                                       \
    "sitr hash pictures/\0" N_(                                                \
        "the PDQ hashes of all pictures in a folder") "\0"                     \
    "sitr hash --csv --algo=pdq,phash pictures/ >hashes.csv\0" N_(             \
        "two algorithms, for a spreadsheet") "\0"

#define EXAMPLES_OF_INDEX                                                      \
    "sitr index build mine.sitr protected/\0" N_(                              \
        "read the protected pictures once") "\0"                               \
    "sitr match mine.sitr found/\0" N_("and match them often") "\0"

#define EXAMPLES_OF_CASE                                                       \
    "sitr case new mine.case\0" N_("open a case") "\0"                         \
    "sitr case add mine.case pictures/\0" N_(                                  \
        "record what the pictures are found by") "\0"                          \
    "sitr match mine.case found/\0" N_("look for them") "\0"

#define EXAMPLES_OF_SCAN                                                       \
    "sitr scan --case=mine.case found/\0" N_(                                  \
        "look for the pictures of all cases in it") "\0"                       \
    "sitr scan --case=mine.case --json found/ >new.json\0" N_(                 \
        "again, a month later: reads only what is new") "\0"

#define EXAMPLES_OF_WATCH                                                      \
    "sitr watch --case=mine.case downloads/ >>findings.jsonl\0" N_(            \
        "report what lands there") "\0"                                        \
    "sitr watch --case=mine.case --run='mail -s found me' downloads/\0" N_(    \
        "and send a message") "\0"

#define EXAMPLES_OF_IMPORT                                                     \
    "sitr import --case=mine.case hashes.csv\0" N_(                            \
        "look for what a list of another centre has, too") "\0"                \
    "sitr match mine.case found/\0" N_("look for them") "\0"

#define EXAMPLES_OF_EXPORT                                                     \
    "sitr export --case=mine.case --to=tx --purpose='for the hotline' "        \
    ">list.txt\0" N_("hand on what was imported") "\0"                         \
    "sitr export --case=mine.case --label=2026-k7wd --to=misp "                \
    "--purpose='no. 12'\0" N_("the hashes of the pictures of a case") "\0"

#define EXAMPLES_OF_REPORT                                                     \
    "sitr report --case=mine.case --lang=ar --out=report/\0" N_(               \
        "a folder with the report, and a manifest of it") "\0"                 \
    "sitr report --case=mine.case --lang=fr >report.html\0" N_(                \
        "the page alone") "\0"

#define EXAMPLES_OF_VERIFY                                                     \
    "sitr verify --files report/\0" N_(                                        \
        "is it as it was written, and are the found files?") "\0"              \
    "sitr verify --timestamp=reply.tsr --ca=tsa.pem report/\0" N_(             \
        "and was it there at that time?") "\0"

const struct verb verbs[] = {
    {VERB_MATCH, "match", N_("PROTECTED FOUND..."),
     N_("find copies of protected pictures"),
     N_("PROTECTED is a picture, a folder of pictures, an index, a case file or "
        "a list\nof hashes; FOUND are pictures and folders. Prints each copy "
        "found, whole or in\npart, the strongest first."),
     EXAMPLES_OF_MATCH, cmd_match},
    {VERB_COMPARE, "compare", "A B", N_("compare two pictures"),
     N_("Says in words whether B was made from A or shows it, "
        "where, and how surely."),
     EXAMPLES_OF_COMPARE, cmd_compare},
    {VERB_HASH, "hash", N_("PATH..."), N_("print the hashes of pictures"),
     N_("Prints hash, quality and path, a line for each "
        "picture."),
     EXAMPLES_OF_HASH, cmd_hash},
    {VERB_INDEX, "index", N_("ACTION INDEX [PATH]..."),
     N_("keep lists of protected pictures"),
     N_("INDEX is a folder that 'sitr match' takes as PROTECTED. The "
        "actions:\n"
        "  build INDEX PATH...         a new one, of pictures and folders\n"
        "  add INDEX PATH...           more pictures\n"
        "  remove INDEX PATH...        without what was recorded as PATH or "
        "in it\n"
        "  merge INDEX                 fewer files, without what was removed\n"
        "  merge INDEX INDEX...        a new one of others\n"
        "  info INDEX...               what is in it, and whether it is whole"),
     EXAMPLES_OF_INDEX, cmd_index},
    {VERB_CASE, "case", N_("ACTION FILE [PATH]..."),
     N_("keep what victims' pictures are found by"),
     N_("FILE is a case file, which 'sitr match' takes as PROTECTED. It holds no\n"
        "picture. The actions:\n"
        "  new FILE               opens a case, and prints its label\n"
        "  add FILE PATH...       records pictures and folders\n"
        "  list FILE              the cases in it\n"
        "  show FILE              the pictures of a case\n"
        "  review FILE            confirm or reject what scans found\n"
        "  withdraw FILE          erases a case\n"
        "  key SECRET             makes a key pair, and prints the public key\n"
        "  export FILE SEALED     seals a case for another centre\n"
        "  import FILE SEALED     takes it in there"),
     EXAMPLES_OF_CASE, cmd_case},
    {VERB_SCAN, "scan", N_("FOUND..."),
     N_("look for the pictures of a case, again and again"),
     N_("Searches FOUND, pictures and folders, for the pictures of the case "
        "file, and\nrecords in it what was read and what was found. What has "
        "not changed is not read\nagain; a scan that was interrupted goes on "
        "where it was."),
     EXAMPLES_OF_SCAN, cmd_scan},
    {VERB_WATCH, "watch", N_("FOLDER..."),
     N_("look for the pictures of a case in what lands in folders"),
     N_("Does what 'sitr scan' does, and goes on until it is ended: each file "
        "that lands in\nthe folders or below is read once it is left alone, "
        "and each finding reported once,\nas a JSON object a line. Begun "
        "anew, it goes on where it was."),
     EXAMPLES_OF_WATCH, cmd_watch},
    {VERB_IMPORT, "import", N_("LIST..."),
     N_("take in lists of hashes of other organisations"),
     N_("Records the hashes of each LIST in the case file, which is made where "
        "it is not\nthere. What a list says is withdrawn is erased. A record "
        "that is wrong is told\nof, and costs no other."),
     EXAMPLES_OF_IMPORT, cmd_import},
    {VERB_EXPORT, "export", "",
     N_("write lists of hashes for other organisations"),
     N_("Writes what was imported or, with --label, the hashes of the pictures "
        "of that\ncase. Hashes are personal data, and can in part be turned "
        "back into the picture:\nthat they are handed over is recorded."),
     EXAMPLES_OF_EXPORT, cmd_export},
    {VERB_REPORT, "report", "",
     N_("make a report on a case, for a prosecutor or a court"),
     N_("Writes what was found of a case as a page in Arabic, French or English, "
        "and for\nprograms. It shows no picture. With --out it is a BagIt "
        "folder, which 'sitr\nverify' checks; else the page is printed, or with "
        "--json the other."),
     EXAMPLES_OF_REPORT, cmd_report},
    {VERB_VERIFY, "verify", N_("REPORT"),
     N_("check whether a report is what was written"),
     N_("REPORT is a folder that 'sitr report' made, or its report.json. Checks "
        "the\nmanifest against the files, the custody log, and a time-stamp "
        "where there is\none, and says what does not agree."),
     EXAMPLES_OF_VERIFY, cmd_verify},
    {VERB_VERSION, "version", "", N_("print versions and licence"), NULL, "",
     cmd_version},
    {VERB_HELP, "help", N_("[VERB]"), N_("print help"), NULL, "", cmd_help},
    {0, NULL, NULL, NULL, NULL, NULL, NULL},
};

const struct verb *verb_named(const char *name)
{
    for (const struct verb *verb = verbs; verb->name; verb++)
        if (!strcmp(verb->name, name)) return verb;
    return NULL;
}
