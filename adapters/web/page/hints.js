// The commands that are suggested while somebody types a slash.
// In: the words so far, keys. Out: a command in the box. Never: sends anything; has a command that index.html does not list.

import { sentence } from "./sentences.js";

const words = document.getElementById("words");
const list = document.getElementById("hints");

const active = () => list.querySelector("[aria-selected=true]");
const offered = () => (list.hidden ? [] : [...list.children].filter((one) => !one.hidden));

/** Shows what fits the words so far; gives back what to say where something came up. */
export function suggest() {
  const typed = words.value.toLowerCase();
  for (const one of list.children) {
    one.hidden = !typed.startsWith("/") || !one.dataset.command.startsWith(typed) || one.dataset.command === typed;
  }
  const before = list.hidden;
  list.hidden = [...list.children].every((one) => one.hidden);
  choose(null);
  return before && !list.hidden ? sentence("web-hints-shown", { count: offered().length }) : "";
}

/** Puts the list away. */
export function close() {
  list.hidden = true;
  choose(null);
}

/** Whether a key was for the list: arrows choose, Enter takes what is chosen, Escape puts it away. */
export function key(event) {
  const all = offered();
  if (!all.length) return false;
  const at = all.indexOf(active());
  if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") choose(all.at(at < 1 ? -1 : at - 1));
  else if (event.key === "Enter" && active() && !event.shiftKey) take(active());
  else if (event.key === "Escape") close();
  else return false;
  event.preventDefault();
  return true;
}

function choose(one) {
  for (const each of list.children) each.setAttribute("aria-selected", each === one);
  if (one) words.setAttribute("aria-activedescendant", one.id);
  else words.removeAttribute("aria-activedescendant");
  one?.scrollIntoView({ block: "nearest" });
}

function take(one) {
  words.value = one.dataset.command;
  close();
  words.focus();
}

list.addEventListener("mousedown", (event) => event.preventDefault());
list.addEventListener("click", (event) => event.target.closest("li") && take(event.target.closest("li")));
