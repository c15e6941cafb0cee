/* SPDX-License-Identifier: Apache-2.0 */
/** @file
 * sitr finds copies of images by what they look like.
 *
 *     sitr_ctx *ctx = NULL;
 *     sitr_signature *mine = NULL, *theirs = NULL;
 *     sitr_match m;
 *
 *     if (sitr_ctx_new(NULL, &ctx) == SITR_OK &&
 *         sitr_sign_file(ctx, "mine.jpg", NULL, &mine) == SITR_OK &&
 *         sitr_sign_file(ctx, "found.webp", NULL, &theirs) == SITR_OK &&
 *         sitr_match_pair(mine, theirs, NULL, &m) == SITR_OK &&
 *         m.verdict == SITR_COPY)
 *         puts("a copy");
 *     sitr_signature_free(theirs);
 *     sitr_signature_free(mine);
 *     sitr_ctx_free(ctx);
 *
 * What is not in this file is not API.
 *
 * Threads.    The library starts none and keeps no global state. A context, a
 *             signature and an index never change once made: share them
 *             freely. A builder belongs to one thread at a time.
 * Ownership.  What a `**out` gave you, sitr_X_free takes back; it accepts
 *             NULL. Plain structs are values: no pointer inside
 *             them is ever freed by the library. Inputs are borrowed until the
 *             call returns; the few that are kept say so.
 * Errors.     Every fallible call returns a sitr_status, and on failure leaves
 *             its outputs NULL, zero or empty. Details for people go to the
 *             logger of the context.
 * Growth.     Option structs (_opts, _limits) begin with `struct_size`, and in
 *             the rest of them zero means the default:
 *                 sitr_limits l = {.struct_size = sizeof l, .max_side = 8000};
 *             Structs the library fills end in `reserved`.
 */
#ifndef SITR_H
#define SITR_H

#include <stddef.h>
#include <stdint.h>

#ifndef SITR_API
# if defined(_WIN32) && defined(SITR_SHARED)
#  ifdef SITR_BUILDING
#   define SITR_API __declspec(dllexport)
#  else
#   define SITR_API __declspec(dllimport)
#  endif
# elif defined(__GNUC__)
#  define SITR_API __attribute__((visibility("default")))
# else
#  define SITR_API
# endif
#endif

#ifndef SITR_CHECKED
# ifdef __GNUC__
#  define SITR_CHECKED SITR_API __attribute__((warn_unused_result))
# else
#  define SITR_CHECKED SITR_API
# endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ------------------------------------------------------------- */

/* Semantic versions of API and ABI together; the soname is the major number.
 * Numbers of algorithms, status codes and file formats are never reused. */
#define SITR_VERSION_MAJOR 0 /**< of this header */
#define SITR_VERSION_MINOR 1 /**< of this header */
#define SITR_VERSION_PATCH 0 /**< of this header */
/** The three in one number that grows: 10000 x major + 100 x minor + patch. */
#define SITR_VERSION_NUMBER \
 (SITR_VERSION_MAJOR * 10000 + SITR_VERSION_MINOR * 100 + SITR_VERSION_PATCH)

/** The version of the library that is running, as SITR_VERSION_NUMBER is that of
 * the header. */
SITR_API uint32_t sitr_version_number(void);

/** The same as text, "0.1.0"; with `git describe` in development builds. It is
 * not yours to free. */
SITR_API const char *sitr_version(void);

/* ---- Status -------------------------------------------------------------- */

/** What a call came to: 0, or less than that. The numbers stay what they are. */
typedef enum sitr_status {
    SITR_OK = 0,            /**< it did what it was asked */
    SITR_EINVAL = -1,       /**< the call broke what this file asks of it */
    SITR_ENOMEM = -2,       /**< the allocator returned NULL */
    SITR_EIO = -3,          /**< reading or writing failed; the log says how */
    SITR_ENOENT = -4,       /**< no such file */
    SITR_EACCES = -5,       /**< not allowed to read or write it */
    SITR_EFORMAT = -6,      /**< not a format we know */
    SITR_EUNSUPPORTED = -7, /**< known, but not to this build */
    SITR_ETRUNCATED = -8,   /**< the data ends early */
    SITR_ECORRUPT = -9,     /**< the data is damaged or hostile */
    SITR_ELIMIT = -10,      /**< beyond sitr_limits */
    SITR_EVERSION = -11,    /**< written by a newer library than this one */
    /* -12 is kept for calls that can be stopped */
    SITR_ETIMEOUT = -13, /**< took longer than it may; from workers alone */
    SITR_EDIED = -14     /**< ended the worker that decoded it */
} sitr_status;

/** One lower-case English phrase, "out of memory"; never NULL, not yours to free,
 * also for numbers that are no status. */
SITR_API const char *sitr_status_text(sitr_status status);

/* ---- Context ------------------------------------------------------------- */

/** Where memory comes from; a context copies it.
 *
 * `resize` is realloc with the old size told: `ptr` NULL allocates, `new_size`
 * 0 frees and returns NULL. Blocks are aligned for any C type. It returns NULL
 * when there is no memory, leaving `ptr` as it was, and is called from every
 * thread that uses the context. The image libraries behind the decoders also
 * allocate on their own, for images no larger than sitr_limits allows. */
typedef struct sitr_allocator {
    /** realloc, as told above. */
    void *(*resize)(void *cookie, void *ptr, size_t old_size, size_t new_size);
    void *cookie; /**< what it is given first */
} sitr_allocator;

/** How much a message matters. */
typedef enum sitr_log_level {
    SITR_LOG_ERROR = 1, /**< the call failed; this is why */
    SITR_LOG_WARNING,   /**< the call went on, with less than it hoped for */
    SITR_LOG_DEBUG      /**< what only a developer asks about */
} sitr_log_level;

/** Where messages go; a context copies it. `message` is one line of UTF-8
 * without newline, valid during the call, from any thread that uses the
 * context. */
typedef struct sitr_logger {
    /** Gets each message of that level or a more severe one. */
    void (*write)(void *cookie, sitr_log_level level, const char *message);
    void *cookie;         /**< what it is given first */
    sitr_log_level level; /**< least severe wanted; 0 = SITR_LOG_WARNING */
} sitr_logger;

/** Threads of yours for long calls (building and merging an index); a context
 * copies it. `parallel` runs task(arg, i) once for every i < n, in any order and on
 * as many threads at a time as it likes, and returns when all are done. It is not
 * asked from within a task. The results are the same to the bit however it does
 * it. */
typedef struct sitr_hooks {
    size_t struct_size; /**< sizeof (sitr_hooks) */
    /** As told above; NULL = one task after another. */
    void (*parallel)(void *cookie, void (*task)(void *arg, size_t i), void *arg,
                     size_t n);
    void *cookie; /**< what it is given first */
} sitr_hooks;

/** For a limit that shall not be one. */
#define SITR_UNLIMITED UINT64_MAX

/** What one input may cost. Checked before memory is asked for. Beyond them, what
 * is mostly promises is refused or ends early: PNG rows of more bytes than the
 * limits allow pixels, over 200 for each byte of the file (SITR_ELIMIT), and
 * JPEG scans that hold next to nothing of a large picture (as past max_scans). */
typedef struct sitr_limits {
    size_t struct_size;        /**< sizeof (sitr_limits) */
    uint64_t max_bytes;        /**< of encoded input; 0 = 256 MiB */
    uint64_t max_pixels;       /**< where rows stream; 0 = 2^28 */
    uint64_t max_pixels_whole; /**< where a format needs the whole picture
                                * (progressive, interlaced, WebP); 0 = 2^26 */
    uint64_t max_memory;       /**< bytes alive during one call; 0 = 464 MiB */
    uint32_t max_side;         /**< pixels on either side; 0 = 65535 */
    uint32_t max_scans;        /**< of a JPEG; 0 = 100 */
    uint32_t max_warnings;     /**< of a decoder; 0 = 100 */
    uint32_t reserved;         /**< 0 */
} sitr_limits;

/** Allocator, logger, limits and the kernels of this CPU; never changes. */
typedef struct sitr_ctx sitr_ctx;

/** What a context is made of. What it points to may go when sitr_ctx_new has
 * returned. */
typedef struct sitr_ctx_opts {
    size_t struct_size; /**< sizeof (sitr_ctx_opts) */
    const sitr_allocator *allocator; /**< NULL = malloc and free */
    const sitr_logger *logger;       /**< NULL = silence */
    const sitr_limits *limits;       /**< NULL = the defaults */
    uint64_t cpu_off; /**< of SITR_CPU_*: kernels to do without, for tests and
                       * comparisons; the results are the same to the bit */
    const sitr_hooks *hooks; /**< NULL = one task after another */
} sitr_ctx_opts;

/** Sets of kernels, by the instructions that they are made of. */
enum {
    SITR_CPU_AVX2 = 1u << 0,   /**< x86 */
    SITR_CPU_AVX512 = 1u << 1, /**< F, BW, VL and VPOPCNTDQ together */
    SITR_CPU_NEON = 1u << 2    /**< ARM, 64 bits */
};

/** Makes a context; `opts` NULL means all defaults. A context must outlive
 * what was made with it. Fails with SITR_ENOMEM, and with SITR_EINVAL for options
 * of a newer header that it cannot follow, and an allocator or logger without a
 * function. */
SITR_CHECKED sitr_status sitr_ctx_new(const sitr_ctx_opts *opts,
                                      sitr_ctx **out);
/** Frees a context, when nothing is left that was made with it; NULL is fine. */
SITR_API void sitr_ctx_free(sitr_ctx *ctx);

/** The best kernels in use: "portable", "avx2", "avx512" or "neon". */
SITR_API const char *sitr_ctx_cpu(const sitr_ctx *ctx);

/** The limits in force, the defaults filled in. */
SITR_API void sitr_ctx_limits(const sitr_ctx *ctx, sitr_limits *out);

/** Sends a line to the logger of the context, if it wants that level: for
 * libraries built on this one, libsitr-sandbox the first. */
SITR_API void sitr_ctx_log(const sitr_ctx *ctx, sitr_log_level level,
                           const char *message);

/* ---- Inputs -------------------------------------------------------------- */

/** The value is the number of bytes in a pixel. */
typedef enum sitr_layout {
    SITR_GRAY8 = 1, /**< luma */
    SITR_RGB8 = 3,  /**< red, green, blue */
    SITR_RGBA8 = 4 /**< straight alpha; signed as seen on white */
} sitr_layout;

/** Somebody's pixels, borrowed. sRGB, top row first. */
typedef struct sitr_pixels {
    const uint8_t *data; /**< the first byte of the top row */
    size_t stride;       /**< bytes from a row to the next, >= width * layout */
    uint32_t width;      /**< pixels, 1 or more */
    uint32_t height;     /**< pixels, 1 or more */
    sitr_layout layout;  /**< what a pixel is */
} sitr_pixels;

/** What a picture was encoded as. */
typedef enum sitr_format {
    SITR_FORMAT_UNKNOWN = 0, /**< none of these; pixels; a hash */
    SITR_FORMAT_JPEG,        /**< baseline or progressive, 8 bits */
    SITR_FORMAT_PNG,         /**< of every depth and colour type */
    SITR_FORMAT_WEBP         /**< lossy, lossless, the first frame of moving ones */
} sitr_format;

/** What the header of a picture says. */
typedef struct sitr_image_info {
    uint32_t width;       /**< pixels as stored, before orientation */
    uint32_t height;      /**< pixels as stored */
    sitr_format format;   /**< what it is */
    uint32_t orientation; /**< Exif tag 0x0112, 1 .. 8; 1 where absent */
    uint32_t frames;      /**< 1 for stills */
    uint32_t reserved[3]; /**< 0 */
} sitr_image_info;

/** Reads the header only: cheap, decodes no pixel, checks no limit. For PNG and
 * WebP it walks the chunks, which costs a few instructions each. Fails with
 * SITR_EFORMAT, _EUNSUPPORTED, _ETRUNCATED and _ECORRUPT. */
SITR_CHECKED sitr_status sitr_probe(const sitr_ctx *ctx, const void *data,
                                    size_t size, sitr_image_info *out);

/* ---- Hashes -------------------------------------------------------------- */

/** Ways to hash a picture. Hashes outlive programs: an algorithm whose output
 * changes gets a new number; tests/golden holds the proof. */
typedef enum sitr_algo {
    SITR_PDQ = 1,   /**< 256 bits; Meta 2019 */
    SITR_PHASH = 2, /**< 64 bits; phash of Python ImageHash 4.3 */
    SITR_DHASH = 3, /**< 64 bits; dhash of the same */
    SITR_AHASH = 4  /**< 64 bits; average_hash of the same */
} sitr_algo;

/** How the picture was turned before it was hashed: the eight symmetries of
 * the square. */
typedef enum sitr_turn {
    SITR_UPRIGHT = 0, /**< not at all */
    SITR_ROTATE_90,   /**< clockwise, as those below */
    SITR_ROTATE_180,  /**< upside down */
    SITR_ROTATE_270,  /**< a quarter against the clock */
    SITR_MIRROR,      /**< left and right change places, then as above */
    SITR_MIRROR_90,   /**< mirrored, then clockwise */
    SITR_MIRROR_180,  /**< mirrored, then upside down */
    SITR_MIRROR_270   /**< mirrored, then against the clock */
} sitr_turn;

#define SITR_HASH_MAX_BITS 256 /**< of any algorithm */
#define SITR_HASH_MAX_TEXT 96  /**< bytes, the final zero included */

/** One hash: a value of 40 bytes, the same on every machine. Bit i is bit
 * i % 64 of word[i / 64]; bits past `bits` are zero. */
typedef struct sitr_hash {
    uint16_t algo;   /**< sitr_algo; 0 = empty, far from everything */
    uint16_t bits;   /**< 64 or 256 */
    uint8_t quality; /**< 0 .. 100: how much there was to see; < 50 is weak */
    uint8_t turn;    /**< sitr_turn */
    uint8_t reserved[2];                    /**< 0 */
    uint64_t word[SITR_HASH_MAX_BITS / 64]; /**< the bits */
} sitr_hash;

/** The hash of pixels as they would be turned by `turn`, found without turning
 * them: that of really turned pixels, to the bit for the 64-bit algorithms and
 * within 4 bits of 256 for PDQ (whose block means then begin at another edge). A
 * picture with a side under 5 has the PDQ hash zero of quality 0, as in Meta's
 * reference. Fails with SITR_EINVAL, _ELIMIT and _ENOMEM. */
SITR_CHECKED sitr_status sitr_hash_pixels(const sitr_ctx *ctx,
                                          const sitr_pixels *pixels,
                                          sitr_algo algo, sitr_turn turn,
                                          sitr_hash *out);

/** The number of bits that differ, 0 .. 256. UINT32_MAX where the algorithms
 * differ or one hash is empty, so that `distance <= radius` is then false. */
SITR_API uint32_t sitr_hash_distance(const sitr_hash *a, const sitr_hash *b);

/** Text as in "pdq:f8f8f0cc..." : name, turn where not upright, hex digits with
 * the highest bit first. Writes at most SITR_HASH_MAX_TEXT bytes, the last of them
 * zero; of an empty hash that is all. */
SITR_API void sitr_hash_format(const sitr_hash *hash,
                               char text[SITR_HASH_MAX_TEXT]);
/** Text as sitr_hash_format writes it, `length` bytes without a final zero, to a
 * hash; digits may be capitals. Its quality is 100: text does not say, and lists
 * hold what was good enough. SITR_EFORMAT for anything else. */
SITR_CHECKED sitr_status sitr_hash_parse(const char *text, size_t length,
                                         sitr_hash *out);

/** "pdq", "phash", "dhash", "ahash"; NULL for a number we do not know. Not yours
 * to free. */
SITR_API const char *sitr_algo_name(sitr_algo algo);
/** The algorithm of that name; 0 where there is none. */
SITR_API sitr_algo sitr_algo_named(const char *name);
/** The bits of its hashes, 64 or 256; 0 for a number we do not know. */
SITR_API uint32_t sitr_algo_bits(sitr_algo algo);

/* ---- Blurred pictures ---------------------------------------------------- */

#define SITR_BLURRED_SIDE 16 /**< squares along the longer side */

/** A picture as a few gray squares, upright: who knows the picture may know which
 * one it is, and nobody sees who is in it. It still is a part of the picture: make
 * it only where somebody asked for it. */
typedef struct sitr_blurred {
    uint8_t width;  /**< squares, 1 .. SITR_BLURRED_SIDE; the longer side has */
    uint8_t height; /**< all of them */
    /** Rows of `width` from the top, no gaps; 0 behind them. */
    uint8_t luma[SITR_BLURRED_SIDE * SITR_BLURRED_SIDE];
} sitr_blurred;

/** Blurs encoded bytes: each square is the mean of what it covers, rounded to
 * nearest, of the plane that hashes are made of. Fails as sitr_sign does. */
SITR_CHECKED sitr_status sitr_blur(const sitr_ctx *ctx, const void *data,
                                   size_t size, sitr_blurred *out);

/* ---- Signatures ---------------------------------------------------------- */

/** All that is kept of one image: its hashes, its regions where asked for, its
 * size and how well it decoded. Holds no pixels. */
typedef struct sitr_signature sitr_signature;

/** How a picture is signed. */
enum {
    SITR_SIGN_REGIONS = 1u << 0,   /**< keypoints too: finds crops, screenshots
                                    * and montages; some 8 KB, and reveals more
                                    * than a hash does */
    SITR_SIGN_QUERY = 1u << 1,     /**< to search with, not to keep: the PDQ
                                    * hashes of all eight turns, the same of what
                                    * lies within a frame of one shade where there
                                    * is one, and more keypoints */
    SITR_SIGN_AS_STORED = 1u << 2, /**< ignore the Exif orientation */
    SITR_SIGN_NO_FOLLOW = 1u << 3  /**< of sitr_sign_file: a symbolic link in the
                                    * last place of the path is SITR_EIO, for
                                    * folders that others write to; of what has
                                    * no path it says nothing */
};

/** What a signature shall hold. */
typedef struct sitr_sign_opts {
    size_t struct_size; /**< sizeof (sitr_sign_opts) */
    uint32_t algos;     /**< bit set of 1u << sitr_algo; 0 = PDQ, which is always
                         * made: quality and plainness are read from it */
    uint32_t flags;     /**< of SITR_SIGN_* */
} sitr_sign_opts;

/** Signs a file. `opts` may be NULL. A damaged image that still shows something is
 * signed and says so (SITR_INFO_DAMAGED). Only regular files are read, through
 * symbolic links too but for SITR_SIGN_NO_FOLLOW; `path` is bytes, as the system
 * has them. Fails with SITR_EFORMAT, _EUNSUPPORTED, _ETRUNCATED, _ECORRUPT,
 * _ELIMIT, _ENOMEM, _EIO, _ENOENT, _EACCES, and SITR_EINVAL for flags and
 * algorithms that it does not know. */
SITR_CHECKED sitr_status sitr_sign_file(const sitr_ctx *ctx, const char *path,
                                        const sitr_sign_opts *opts,
                                        sitr_signature **out);
/** The same for encoded bytes, which may be any bytes; it fails so, but for what
 * concerns files. */
SITR_CHECKED sitr_status sitr_sign(const sitr_ctx *ctx, const void *data,
                                   size_t size, const sitr_sign_opts *opts,
                                   sitr_signature **out);
/** The same for pixels. Fails with SITR_EINVAL, _ELIMIT and _ENOMEM. */
SITR_CHECKED sitr_status sitr_sign_pixels(const sitr_ctx *ctx,
                                          const sitr_pixels *pixels,
                                          const sitr_sign_opts *opts,
                                          sitr_signature **out);
/** A signature that is one hash from elsewhere, an exchanged list say. A hash
 * that holds no spatial content (nearly all bits alike) is too plain. Fails with SITR_ENOMEM, and SITR_EINVAL
 * for an empty hash. */
SITR_CHECKED sitr_status sitr_sign_hash(const sitr_ctx *ctx,
                                        const sitr_hash *hash,
                                        sitr_signature **out);
/** Frees a signature that no thread uses any more; NULL is fine. */
SITR_API void sitr_signature_free(sitr_signature *signature);

/** The hash of that algorithm and turn; 0, and an empty hash, where it has
 * none. Turns other than SITR_UPRIGHT are there after SITR_SIGN_QUERY. */
SITR_API int sitr_signature_hash(const sitr_signature *signature,
                                 sitr_algo algo, sitr_turn turn,
                                 sitr_hash *out);

/** What a signature says of its picture, beside the hashes. */
typedef struct sitr_signature_info {
    uint32_t width;       /**< pixels, upright; 0 of a hash from elsewhere */
    uint32_t height;      /**< the same */
    sitr_format format;   /**< what it was encoded as */
    uint32_t frames;      /**< 1 for stills; the first was signed */
    uint32_t quality;     /**< 0 .. 100, of PDQ */
    uint32_t flags;       /**< of SITR_INFO_* */
    uint32_t keypoints;   /**< 0 without regions */
    uint32_t reserved[5]; /**< 0 */
} sitr_signature_info;

/** What there is to say of how a picture was signed. */
enum {
    SITR_INFO_DAMAGED = 1u << 0,    /**< decoded in part or with warnings */
    SITR_INFO_TOO_PLAIN = 1u << 1,  /**< too little to see: never matched by its
                                     * hash alone */
    SITR_INFO_FEW_REGIONS = 1u << 2, /**< signed with regions, but too few for
                                      * crops and montages to be found by them */
    SITR_INFO_ON_BLACK = 1u << 3    /**< alpha: nothing to see on white, so the
                                     * picture was signed as seen on black */
};

/** What is known of the picture beside its hashes; all 0 for NULL. */
SITR_API void sitr_signature_describe(const sitr_signature *signature,
                                      sitr_signature_info *out);

/** To canonical bytes (versioned, checksummed; FORMAT.md beside the source has
 * the layout). Returns the size they need, and writes them where `size` suffices;
 * `buf` may be NULL where that is 0. */
SITR_API size_t sitr_signature_encode(const sitr_signature *signature,
                                      void *buf, size_t size);
/** And back, accepting nothing that encode could not have written: any bytes may
 * be asked about. Fails with SITR_EFORMAT, _EVERSION, _ETRUNCATED, _ECORRUPT and
 * _ENOMEM. */
SITR_CHECKED sitr_status sitr_signature_decode(const sitr_ctx *ctx,
                                               const void *buf, size_t size,
                                               sitr_signature **out);

/* ---- Matching ------------------------------------------------------------ */

/** What was done to the protected picture, or with it. */
typedef enum sitr_match_kind {
    SITR_KIND_NONE = 0, /**< no match */
    SITR_SAME_PICTURE, /**< re-encoded, scaled, filtered */
    SITR_TURNED,       /**< the same, mirrored or turned by quarters */
    SITR_CROPPED,      /**< what was found shows a part of it */
    SITR_CONTAINED,    /**< it is a part of what was found: in a screenshot, say */
    SITR_EDITED        /**< partly covered, or bent, or turned freely */
} sitr_match_kind;

/** "same-picture", "turned", "cropped", "contained", "edited"; "none" for
 * SITR_KIND_NONE and unknown numbers. Not yours to free. */
SITR_API const char *sitr_match_kind_name(sitr_match_kind kind);

/** What may be concluded.
 *
 * The rates hold for unrelated photos. Screens of one interface have bars, buttons
 * and letters in common: signed with regions, these count for nothing, and a
 * distance that they alone explain is no match. Without regions up to 3e-4 of such
 * pairs are within the radius of SITR_COPY. A form filled in twice, with no photo
 * in it, is reported for review. bench/README.md has the measurements. */
typedef enum sitr_verdict {
    SITR_NONE = 0, /**< nothing: it may still be a copy that cannot be found */
    SITR_REVIEW, /**< a person should look: the same scene, person or interface
                  * can look like this; 1e-6 a pair by chance */
    SITR_COPY    /**< made from the protected picture; 1e-9 a pair by chance */
} sitr_verdict;

/** "none", "review", "copy"; never NULL, not yours to free. */
SITR_API const char *sitr_verdict_name(sitr_verdict verdict);

/** "upright", "rotate-90", ..., "mirror", "mirror-90", ...; never NULL, not yours
 * to free. */
SITR_API const char *sitr_turn_name(sitr_turn turn);

/** A finding and the evidence for it. */
typedef struct sitr_match {
    uint64_t id; /**< of the indexed picture; place in the array scanned; 0 from
                  * sitr_match_pair */
    sitr_verdict verdict; /**< what may be concluded */
    sitr_match_kind kind; /**< what was done to the protected picture */
    sitr_turn turn;       /**< how it was turned to get what was found */
    uint32_t distance; /**< PDQ bits of the best turn; UINT32_MAX if none. Where
                        * a frame was looked behind: of what is in it */
    uint32_t keypoints;        /**< geometrically verified; 0 without regions */
    float false_positive_rate; /**< at which evidence this strong turns up by
                                * chance, per pair of images, as measured */
    float quad[4][2]; /**< where the protected picture's corners lie in what was
                       * found, in its upright pixels, clockwise from the
                       * protected picture's top left; may reach outside; all
                       * 0: unknown */
    uint32_t reserved[6]; /**< 0 */
} sitr_match;

/** What is reported, and how near it must be. */
typedef struct sitr_match_opts {
    size_t struct_size;    /**< sizeof (sitr_match_opts) */
    sitr_verdict at_least; /**< weaker is not reported; 0 = REVIEW */
    uint32_t max_distance; /**< PDQ bits, never beyond what the verdicts allow;
                            * 0 = as they allow */
    /** Of sitr_match_index alone, else SITR_EINVAL: ids that are passed over, as
     * if they were not in the index; rising, and yours meanwhile. */
    const uint64_t *without;
    size_t n_without; /**< how many; 0 = none */
} sitr_match_opts;

/** Two images compared: the best place of the one in the other. Turned copies are
 * found by their hash where `found` was signed with SITR_SIGN_QUERY; crops and
 * montages where both were signed with SITR_SIGN_REGIONS. What is too plain on
 * either side is never matched by its hash. A pair that does not match is
 * SITR_OK with `out->verdict` SITR_NONE and, where there was one, the distance.
 * With regions it needs memory, some 1.5 MB of the context of `found`, and may
 * fail with SITR_ENOMEM; SITR_EINVAL for options that it cannot follow. `opts` may
 * be NULL. */
SITR_CHECKED sitr_status sitr_match_pair(const sitr_signature *protected_image,
                                         const sitr_signature *found,
                                         const sitr_match_opts *opts,
                                         sitr_match *out);

/** `found` against each of `n` protected images, by a scan of them all; same
 * result as n calls of sitr_match_pair, and where a protected image lies in
 * `found` in several places, a match for each. Writes the strongest `capacity`
 * matches, best first (verdict, false-positive rate, distance, id), `id` being
 * the place in `protected_images`. `*n_matches` is how many there are in all,
 * and may exceed `capacity`: then the weakest are left out. Memory as above. */
SITR_CHECKED sitr_status sitr_match_scan(
    const sitr_signature *const *protected_images, size_t n,
    const sitr_signature *found, const sitr_match_opts *opts,
    sitr_match *matches, size_t capacity, uint64_t *n_matches);

/* ---- Index --------------------------------------------------------------- */

/** Many signatures arranged so that those near a found one come up without a
 * look at all of them. It never changes. It holds what is matched by: the PDQ
 * hash, the regions, the size; some 19 KB of a picture that was signed with
 * regions. */
typedef struct sitr_index sitr_index;
/** What an index is put together in. */
typedef struct sitr_index_builder sitr_index_builder;

/** A builder with nothing in it. What it is given, and the index made of it, is
 * memory of `ctx`; sitr_limits does not bound it. Fails with SITR_ENOMEM. */
SITR_CHECKED sitr_status sitr_index_builder_new(const sitr_ctx *ctx,
                                                sitr_index_builder **out);

/** Adds what `signature` holds under `id`; several may share one. The signature
 * may go when the call returns. On SITR_ENOMEM, or SITR_ELIMIT past 2^31 pictures
 * or regions, the builder is as it was. */
SITR_CHECKED sitr_status sitr_index_builder_add(sitr_index_builder *builder,
                                                uint64_t id,
                                                const sitr_signature *signature);

/** Adds `n` PDQ hashes that came without their pictures, from an exchanged list
 * say: as sitr_sign_hash and sitr_index_builder_add would, but that they take 138
 * bytes each and not 168, and come after the pictures. SITR_EINVAL where one is of
 * another algorithm, turned, or of a quality over 100; on any failure none is
 * added. */
SITR_CHECKED sitr_status sitr_index_builder_add_hashes(
    sitr_index_builder *builder, const uint64_t *ids, const sitr_hash *hashes,
    size_t n);

/** Turns a builder into an index and frees it, also on failure. While it runs
 * there is what was added, which goes piece by piece, and the index: some 28 KB
 * for each picture with regions at the most. Each thread that the hooks of the
 * context run it on has 4 bytes more for each region while it works. Fails with SITR_ENOMEM and
 * SITR_ELIMIT. */
SITR_CHECKED sitr_status sitr_index_builder_finish(sitr_index_builder *builder,
                                                   sitr_index **out);
/** Frees a builder that shall not become an index; NULL is fine. */
SITR_API void sitr_index_builder_free(sitr_index_builder *builder);

/** `found` against all pictures of the index: what sitr_match_scan would give,
 * `id` being that given to sitr_index_builder_add, but for what its search for
 * regions misses. The hash of whole pictures is compared with all of them, and
 * misses nothing. By regions at most 64 pictures are looked into, those that
 * share the most with `found`; bench/README.md has what that loses. What it costs
 * is bounded, whatever is stored and asked: of pictures near by their hash the
 * first 512 are compared by regions too, and the others by the hash alone.
 * Memory, some 8 MB and 4 bytes for each picture, is that of the context of
 * `found`. */
SITR_CHECKED sitr_status sitr_match_index(const sitr_index *index,
                                          const sitr_signature *found,
                                          const sitr_match_opts *opts,
                                          sitr_match *matches, size_t capacity,
                                          uint64_t *n_matches);

/** A hash of the index that is near one that was looked for. */
typedef struct sitr_hit {
    uint64_t id;       /**< that it was added under */
    uint32_t query;    /**< which of the queries */
    uint32_t distance; /**< bits that differ */
} sitr_hit;

/** The layer below: all hashes of the index, those of pictures too, within
 * `radius` bits of each of `n_queries` PDQ hashes, by query, then distance, then
 * id. It misses none: part by part through tables (multi-index hashing) or by a
 * look at every one, whichever costs less for that query. The eight turns of a
 * picture are eight queries. `*n_hits` is how many there are in all, and may exceed
 * `capacity`: then the farthest are left out, whichever query they answer. Takes no
 * memory; no quality is asked for. Fails with SITR_EINVAL alone, also where a query
 * is not a PDQ hash. What is damaged in a mapped index is left out, with a warning
 * where it is a hash that was near. */
SITR_CHECKED sitr_status sitr_index_search(const sitr_index *index,
                                           const sitr_hash *queries,
                                           size_t n_queries, uint32_t radius,
                                           sitr_hit *hits, size_t capacity,
                                           uint64_t *n_hits);

/** How many pictures there are, and hashes without one; 0 for NULL. */
SITR_API uint64_t sitr_index_count(const sitr_index *index);

/** One index of several, without the ids in `removed`: byte for byte what a builder
 * would make that is given the entries of each in turn. `offsets` has what is added
 * to the ids of each, NULL for nothing; `removed` are ids that they then have. The
 * old ones stay as they are, and may be in use meanwhile; those that are saved over
 * a file that is mapped leave the mapping as it was. SITR_ECORRUPT where anything in
 * them is damaged: it is not left out, for that would be for ever. Memory as for
 * building. */
SITR_CHECKED sitr_status sitr_index_merge(const sitr_ctx *ctx,
                                          const sitr_index *const *indexes,
                                          size_t n_indexes,
                                          const uint64_t *offsets,
                                          const uint64_t *removed,
                                          size_t n_removed, sitr_index **out);

/** Writes a new file beside `path`, waits until it is on the disk, and renames
 * it: a crash leaves the old file or the new one. The file is readable by its
 * owner alone. Fails with SITR_EIO, _ENOENT, _EACCES, _ENOMEM and, on a big-endian
 * machine, here and below, SITR_EUNSUPPORTED. */
SITR_CHECKED sitr_status sitr_index_save(const sitr_index *index,
                                         const char *path);

/** The bytes that sitr_index_save writes, `*size` of them, for who keeps them in a
 * file with something else. They live as long as the index. NULL and 0 for NULL,
 * and on a big-endian machine. */
SITR_API const void *sitr_index_bytes(const sitr_index *index, size_t *size);

/** Maps a file that was saved. At once it checks the head, the pictures and their
 * hashes; the regions of a picture are checked when it becomes a candidate, and
 * left out with a warning where they are damaged, as hashes without a picture are
 * when they are found; damage to the tables can hide a picture or a hash, but do no
 * harm. The file must not change while it is mapped (a new one that was renamed
 * over it is another file). Fails as reading a file and decoding a signature do. */
SITR_CHECKED sitr_status sitr_index_load(const sitr_ctx *ctx, const char *path,
                                         sitr_index **out);

/** The same over bytes at an address that 8 divides, which you keep and which
 * must outlive the index. */
SITR_CHECKED sitr_status sitr_index_view(const sitr_ctx *ctx, const void *data,
                                         size_t size, sitr_index **out);

/** Reads the whole index, and compares all of its checksums: SITR_ECORRUPT where
 * one does not fit. For a file that comes from elsewhere, or from an old disk. */
SITR_CHECKED sitr_status sitr_index_check(const sitr_index *index);
/** Frees an index, and unmaps its file, when no thread uses it any more; NULL is
 * fine. */
SITR_API void sitr_index_free(sitr_index *index);

#ifdef __cplusplus
}
#endif

#endif /* SITR_H */
