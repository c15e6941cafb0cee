// SPDX-License-Identifier: Apache-2.0
// The list of what was chosen, as it is seen: a row a picture, drawn anew when
// something about it changes.
import { plain, say } from "./words.mjs";

const element = (name, className, ...content) => {
  const node = document.createElement(name);
  node.className = className;
  node.append(...content);
  return node;
};

function factsOf({ result }) {
  const facts = [];
  // width first, in whatever direction the sentence goes
  if (result?.width) facts.push(Object.assign(element("bdi", "", `${result.width} × ${result.height}`), { dir: "ltr" }));
  if (result?.quality !== undefined)
    facts.push(say(element("span", ""), "quality", { n: result.quality }));
  return facts.flatMap((fact, i) => (i ? [" · ", fact] : [fact]));
}

const stateOf = ({ result, working }) => {
  if (!result) return working ? "working" : "waiting";
  return result.hash ? "made" : "none";
};

/** Draws a picture into its row. */
export function drawRow(row, picture, remove) {
  const state = stateOf(picture);
  const name = element("bdi", "name", picture.name);
  const outcome = say(element("span", "outcome"), state);
  const button = say(element("button", ""), "remove");
  button.type = "button";
  button.setAttribute("aria-label", plain("removeName", { name: picture.name }));
  button.addEventListener("click", remove);
  const advice = [...(picture.twice ? ["twice"] : []), ...(picture.result?.advice ?? [])];
  row.className = state;
  // what has the focus keeps it
  const focused = row.contains(document.activeElement);
  row.replaceChildren(
    element("div", "", element("div", "", name), outcome),
    button,
    ...(picture.result?.width ? [element("div", "facts", ...factsOf(picture))] : []),
    ...(advice.length
      ? [element("ul", "advice", ...advice.map((key) => say(element("li", ""), key)))]
      : []));
  if (focused) button.focus();
}
