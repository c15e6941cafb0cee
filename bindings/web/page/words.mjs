// SPDX-License-Identifier: Apache-2.0
// The page in three languages: words, plurals, numbers, direction.

// The digits of Morocco are 0123456789 in Arabic too, as the guide for analysts has it.
const LOCALES = { en: "en", fr: "fr", ar: "ar-MA" };
const DEFAULT = "en";

// Words that stay in Latin letters where the sentence is Arabic.
const LATIN = { jpeg: "JPEG", esc: "Esc" };

let all, words, locale, plural, numbers;

const pick = (wanted) =>
  wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in LOCALES) ?? DEFAULT;

/** Takes in `{en: {...}, ...}`, and begins with the first language that the browser
 * asks for and we have. */
export function beginWords(dictionary, wanted = navigator.languages ?? [navigator.language]) {
  all = dictionary;
  setLanguage(pick(wanted));
}

export function setLanguage(language) {
  words = all[language];
  locale = LOCALES[language];
  plural = new Intl.PluralRules(locale);
  numbers = new Intl.NumberFormat(locale);
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
}

export const language = () => document.documentElement.lang;

const isolated = (text) => {
  const node = document.createElement("bdi");
  node.textContent = text;
  return node;
};

// A sentence, with what it has in braces put in; `n` chooses the plural.
function parts(key, values) {
  let sentence = words[key];
  if (typeof sentence === "object")
    sentence = (values.n === 0 && sentence.zero) || sentence[plural.select(values.n)] || sentence.other;
  return sentence.split(/\{(\w+)\}/).map((part, i) => {
    if (i % 2 === 0) return part;
    const value = values[part] ?? LATIN[part];
    return typeof value === "number" ? numbers.format(value) : value;
  });
}

/** As plain text, for attributes: what is put in is isolated by the characters for it. */
export const plain = (key, values = {}) =>
  parts(key, values).map((part, i) => (i % 2 ? `\u2068${part}\u2069` : part)).join("");

/** Into an element; strings that are put in are isolated, nodes stay as they are. */
export function say(element, key, values = {}) {
  element.replaceChildren(...parts(key, values).map((part, i) =>
    (i % 2 && typeof part === "string" ? isolated(part) : part)));
  return element;
}

/** All elements of the page that have words of their own. */
export function sayAll(root = document) {
  for (const element of root.querySelectorAll("[data-words]")) {
    const { words: key, link, name, nameWords } = element.dataset;
    say(element, key, link ? { link: linkTo(link, name ?? words[nameWords]) } : {});
  }
}

function linkTo(url, name) {
  const link = document.createElement("a");
  link.href = url;
  link.rel = "noreferrer noopener";
  link.target = "_blank";
  link.append(isolated(name));
  return link;
}
