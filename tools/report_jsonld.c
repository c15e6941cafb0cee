/* SPDX-License-Identifier: Apache-2.0 */
/* The report in the words of CASE and UCO, the ontologies by which forensic tools
 * exchange what they know (JSON-LD, CASE 1.3). What they have no word for is in
 * report.json alone. */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "evidence.h"
#include "value.h"

struct graph {
    const struct report *report;
    json_t *nodes;
    json_t *objects; /* of the investigation */
    json_t *seen;    /* the names of what is there */
    size_t n_sources;
};

/* ---- Names --------------------------------------------------------------- */

/* A UUID, as UCO asks for: the same thing in the same report has the same one. */
static json_t *name_of(const struct graph *graph, const char *kind, size_t n)
{
    char key[128];
    uint8_t h[32];

    snprintf(key, sizeof key, "%s %.64s %zu", graph->report->id, kind, n);
    crypto_hash_sha256(h, (const uint8_t *)key, strlen(key));
    h[6] = (uint8_t)((h[6] & 0x0f) | 0x50); /* by name: version 5 */
    h[8] = (uint8_t)((h[8] & 0x3f) | 0x80);
    return json_sprintf("urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
                        "%02x%02x%02x%02x%02x%02x",
                        h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8],
                        h[9], h[10], h[11], h[12], h[13], h[14], h[15]);
}

/* A number for what has none. */
static size_t number_of(const void *bytes, size_t n, const uint8_t sha256[32])
{
    crypto_hash_sha256_state state;
    uint8_t h[32];
    size_t number = 0;

    crypto_hash_sha256_init(&state);
    if (sha256) crypto_hash_sha256_update(&state, sha256, 32);
    crypto_hash_sha256_update(&state, bytes, n);
    crypto_hash_sha256_final(&state, h);
    for (size_t i = 0; i < sizeof number; i++) number = number << 8 | h[i];
    return number;
}

static json_t *reference(const struct graph *graph, const char *kind, size_t n)
{
    json_t *const object = json_object();

    value_set(object, "@id", name_of(graph, kind, n));
    return object;
}

static json_t *thing(const struct graph *graph, const char *kind, size_t n,
                     const char *type)
{
    json_t *const object = reference(graph, kind, n);

    value_set(object, "@type", json_string(type));
    return object;
}

/* One that stands in the graph by itself, and belongs to the investigation; NULL
 * where it does already. */
static json_t *node(struct graph *graph, const char *kind, size_t n,
                    const char *type)
{
    json_t *const object = thing(graph, kind, n, type);
    const char *const name = json_string_value(json_object_get(object, "@id"));

    if (json_object_get(graph->seen, name)) {
        json_decref(object);
        return NULL;
    }
    value_set(graph->seen, name, json_true());
    value_add(graph->objects, reference(graph, kind, n));
    value_add(graph->nodes, object);
    return object;
}

static json_t *typed(const char *type, json_t *value)
{
    json_t *const object = json_object();

    value_set(object, "@type", json_string(type));
    value_set(object, "@value", value);
    return object;
}

static void set_time(json_t *object, const char *name, int64_t at)
{
    json_t *const text = value_time(at);

    if (json_is_string(text))
        value_set(object, name, typed("xsd:dateTime", text));
    else
        json_decref(text);
}

/* ---- Files --------------------------------------------------------------- */

static json_t *content_facet(const struct graph *graph, const char *kind,
                             size_t n, const uint8_t sha256[32], int64_t size)
{
    char facet_kind[64], hash_kind[64];
    json_t *facet, *hash;

    snprintf(facet_kind, sizeof facet_kind, "%s-content", kind);
    snprintf(hash_kind, sizeof hash_kind, "%s-hash", kind);
    facet = thing(graph, facet_kind, n, "uco-observable:ContentDataFacet");
    hash = thing(graph, hash_kind, n, "uco-types:Hash");
    value_set(hash, "uco-types:hashMethod",
              typed("uco-vocabulary:HashNameVocab", json_string("SHA256")));
    value_set(hash, "uco-types:hashValue",
              typed("xsd:hexBinary", value_hex(sha256, 32)));
    value_set(facet, "uco-observable:hash", hash);
    if (size >= 0)
        value_set(facet, "uco-observable:sizeInBytes", json_integer(size));
    return facet;
}

static json_t *file_facet(const struct graph *graph, size_t n, const char *path)
{
    json_t *const facet =
        thing(graph, "found-file-facet", n, "uco-observable:FileFacet");
    const char *const slash = strrchr(path, '/');

    value_set(facet, "uco-observable:fileName",
              value_text(slash ? slash + 1 : path));
    value_set(facet, "uco-observable:filePath", value_text(path));
    return facet;
}

static void put_picture(struct graph *graph, size_t i)
{
    const struct report_item *const item = &graph->report->items[i];
    const size_t n = (size_t)item->id;
    json_t *const file =
        node(graph, "picture", n, "uco-observable:ObservableObject");
    json_t *const record =
        node(graph, "exhibit", n, "case-investigation:ProvenanceRecord");
    char number[256];

    value_set(file, "uco-core:hasFacet",
              content_facet(graph, "picture", n, item->sha256, item->size));
    snprintf(number, sizeof number, "%s#%zu", graph->report->label, n);
    value_set(record, "case-investigation:exhibitNumber", value_text(number));
    value_set(record, "uco-core:object", reference(graph, "picture", n));
}

/* ---- Findings ------------------------------------------------------------ */

/* What lies at one end of a relation to the other. */
static void relate(struct graph *graph, const char *kind, size_t n,
                   const char *word, json_t *source, json_t *target,
                   const char *description)
{
    json_t *const relation =
        node(graph, kind, n, "uco-observable:ObservableRelationship");

    value_set(relation, "uco-core:source", source);
    value_set(relation, "uco-core:target", target);
    value_set(relation, "uco-core:kindOfRelationship", json_string(word));
    value_set(relation, "uco-core:isDirectional", json_true());
    if (description)
        value_set(relation, "uco-core:description", value_text(description));
}

static void put_source(struct graph *graph, size_t file,
                       const struct report_source *source)
{
    const size_t n =
        source->url ? number_of(source->url, strlen(source->url), NULL) : 0;
    json_t *url, *facet;

    if (!source->url) return;
    url = node(graph, "url", n, "uco-observable:URL");
    if (url) {
        facet = thing(graph, "url-facet", n, "uco-observable:URLFacet");
        value_set(facet, "uco-observable:fullValue", value_text(source->url));
        value_set(url, "uco-core:hasFacet", facet);
    }
    relate(graph, "found-at", graph->n_sources++, "Found_At",
           reference(graph, "found-file", file), reference(graph, "url", n),
           source->captured);
}

static size_t put_file(struct graph *graph,
                       const struct report_finding *finding)
{
    const char *const path = finding->finding->found_path;
    const size_t n = number_of(path, strlen(path), finding->sha256);
    json_t *const file = node(graph, "found-file", n, "uco-observable:File");
    json_t *facets;

    if (!file) return n;
    facets = json_array();
    value_add(facets, file_facet(graph, n, path));
    value_add(facets, content_facet(graph, "found-file", n, finding->sha256,
                                    finding->size));
    value_set(file, "uco-core:hasFacet", facets);
    for (size_t i = 0; i < finding->n_sources; i++)
        put_source(graph, n, &finding->sources[i]);
    return n;
}

static void put_finding(struct graph *graph, size_t i)
{
    const struct report_finding *const finding = &graph->report->findings[i];
    const struct evidence *const evidence = &finding->finding->evidence;
    char words[128];

    snprintf(words, sizeof words, "%s; %s",
             sitr_verdict_name(evidence->match.verdict),
             finding->finding->reviewed == REVIEWED_CONFIRMED
                 ? "confirmed by a person"
                 : "looked at by nobody");
    relate(graph, "finding", (size_t)finding->finding->number,
           evidence_kind(evidence),
           reference(graph, "found-file", put_file(graph, finding)),
           reference(graph, "picture", (size_t)evidence->match.id), words);
}

/* ---- Acts ---------------------------------------------------------------- */

static size_t put_person(struct graph *graph, const char *name)
{
    const size_t n = number_of(name, strlen(name), NULL);
    json_t *const person = node(graph, "person", n, "uco-identity:Identity");

    if (person) value_set(person, "uco-core:name", value_text(name));
    return n;
}

static void put_act(struct graph *graph, size_t i)
{
    const struct act *const act = &graph->report->acts[i].act;
    const size_t person = put_person(graph, act->who);
    json_t *const action =
        node(graph, "act", i, "case-investigation:InvestigativeAction");

    value_set(action, "uco-core:name", value_text(act->what));
    if (act->note)
        value_set(action, "uco-core:description", value_text(act->note));
    set_time(action, "uco-action:startTime", act->at);
    value_set(action, "uco-action:performer",
              reference(graph, "person", person));
    value_set(action, "uco-action:instrument", reference(graph, "tool", 0));
    if (i)
        value_set(action, "case-investigation:wasInformedBy",
                  reference(graph, "act", i - 1));
}

/* ---- All of it ----------------------------------------------------------- */

static json_t *context(void)
{
#define UCO "https://ontology.unifiedcyberontology.org/uco/"
    static const char *const prefixes[][2] = {
        {"case-investigation",
         "https://ontology.caseontology.org/case/investigation/"},
        {"case-vocabulary",
         "https://ontology.caseontology.org/case/vocabulary/"},
        {"uco-action", UCO "action/"},
        {"uco-core", UCO "core/"},
        {"uco-identity", UCO "identity/"},
        {"uco-observable", UCO "observable/"},
        {"uco-tool", UCO "tool/"},
        {"uco-types", UCO "types/"},
        {"uco-vocabulary", UCO "vocabulary/"},
        {"xsd", "http://www.w3.org/2001/XMLSchema#"},
    };
    json_t *const object = json_object();

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        value_set(object, prefixes[i][0], json_string(prefixes[i][1]));
    return object;
}

static void put_tool(struct graph *graph)
{
    json_t *const tool = node(graph, "tool", 0, "uco-tool:Tool");

    value_set(tool, "uco-core:name", json_string("sitr"));
    value_set(tool, "uco-tool:version", json_string(TOOL_VERSION));
}

static void put_investigation(struct graph *graph)
{
    json_t *const all =
        thing(graph, "case", 0, "case-investigation:Investigation");

    value_set(all, "uco-core:name", value_text(graph->report->label));
    value_set(
        all, "case-investigation:investigationForm",
        typed("case-vocabulary:InvestigationFormVocab", json_string("case")));
    value_set(all, "uco-core:object", graph->objects);
    value_add(graph->nodes, all);
}

bool report_put_jsonld(FILE *out, const struct report *report)
{
    struct graph graph = {.report = report,
                          .nodes = json_array(),
                          .objects = json_array(),
                          .seen = json_object()};
    json_t *const document = json_object();
    bool good;

    put_tool(&graph);
    for (size_t i = 0; i < report->n_items; i++) put_picture(&graph, i);
    for (size_t i = 0; i < report->n_findings; i++) put_finding(&graph, i);
    for (size_t i = 0; i < report->n_acts; i++) put_act(&graph, i);
    put_investigation(&graph);
    value_set(document, "@context", context());
    value_set(document, "@graph", graph.nodes);
    good = !json_dumpf(document, out, JSON_INDENT(1) | JSON_ENSURE_ASCII);
    putc('\n', out);
    json_decref(document);
    json_decref(graph.seen);
    return good;
}
