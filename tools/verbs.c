/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs. */
#include "args.h"

#include <string.h>

#include "i18n.h"

const struct verb verbs[] = {
    {VERB_MATCH, "match", N_("PROTECTED FOUND..."),
     N_("find copies of protected pictures"),
     N_("PROTECTED is a picture, a folder of pictures or an index; FOUND are "
        "pictures\nand folders. Prints each copy found, whole or in part, the "
        "strongest first."),
     "sitr match protected/ found/\0" N_(
         "what in found/ was made from a picture in "
         "protected/?") "\0"
                        "sitr match --json mine.jpg found/ "
                        ">matches.json\0" N_(
                            "the same for a program") "\0"
                                                      "find "
                                                      "/media/"
                                                      "disk "
                                                      "-size "
                                                      "+4k "
                                                      "-print0 "
                                                      "| sitr "
                                                      "match "
                                                      "-0 "
                                                      "mine."
                                                      "jpg "
                                                      "-\0" N_("file"
                                                               "s "
                                                               "that"
                                                               " fin"
                                                               "d "
                                                               "name"
                                                               "s") "\0",
     cmd_match},
    {VERB_COMPARE, "compare", "A B", N_("compare two pictures"),
     N_("Says in words whether B was made from A or shows it, "
        "where, and how surely."),
     "sitr compare mine.jpg found.webp\0" N_(
         "is found.webp a copy of mine.jpg?") "\0",
     cmd_compare},
    {VERB_HASH, "hash", N_("PATH..."), N_("print the hashes of pictures"),
     N_("Prints hash, quality and path, a line for each "
        "picture."),
     "sitr hash pictures/\0" N_(
         "the PDQ hashes of all pictures in a folder") "\0"
                                                       "sitr "
                                                       "hash "
                                                       "--csv "
                                                       "--algo="
                                                       "pdq,"
                                                       "phash "
                                                       "picture"
                                                       "s/ "
                                                       ">hashes"
                                                       ".csv"
                                                       "\0" N_("two"
                                                               " al"
                                                               "gor"
                                                               "ith"
                                                               "ms,"
                                                               " fo"
                                                               "r "
                                                               "a "
                                                               "spr"
                                                               "ead"
                                                               "she"
                                                               "et") "\0",
     cmd_hash},
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
     "sitr index build mine.sitr protected/\0" N_(
         "read the protected pictures once") "\0"
                                             "sitr match mine.sitr found/\0" N_(
                                                 "and match them often") "\0",
     cmd_index},
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
