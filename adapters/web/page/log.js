// What is said: posts in their places, what is new, what is taken away again.
// In: posts drawn by the server (render.py). Out: the page's conversations. Never: anybody's words drawn as markup.

import { council, here } from "./here.js";
import { sentence } from "./sentences.js";
import { send, waiting } from "./server.js";
import { busy, say } from "./status.js";

const languages = [document.documentElement.lang, "en-GB"]; // a browser that knows no Welsh writes days in English
const ids = ["private", "channel"];
export const logs = Object.fromEntries(ids.map((id) => [id, document.getElementById(id)]));
export const places = [...document.querySelectorAll(".place")];
const drawn = new Map(); // place and id of a post → how often it was edited as it was drawn
const gone = new Set(); // what was taken away: a late word of it must not bring it back

const name = (post) => `${post.place} ${post.id}`;

/** Puts posts where they belong: a known one in place of itself, a new one by its number. */
export function show(posts, eager = waiting()) {
  posts.filter((post) => post.gone).forEach(takeAway);
  const fresh = posts.filter((post) => !gone.has(name(post)) && !(drawn.get(name(post)) >= post.edits)).map(place);
  const seen = fresh.filter((node) => node?.parentElement === logs[here.place]);
  if (seen.length) follow(seen[0], eager);
  count();
}

/** Shows everything the server has; what it had and has no more goes. `before` is what was shown when it was asked. */
export function showAll(told, before) {
  for (const id of ids) {
    const there = new Set(told[id].map((post) => post.id));
    const first = told[id][0]?.seq ?? 0; // only the last posts are told; older ones stay
    const left = before.filter((node) => node.parentElement === logs[id] && !there.has(node.dataset.id));
    left.filter((node) => Number(node.dataset.seq) >= first).forEach((node) => takeAway({ place: id, id: node.dataset.id }));
  }
  show([...told.channel, ...told.private]);
}

export const shown = () => ids.flatMap((id) => [...logs[id].children]);

/** Empties the page for another council or person. */
export function empty() {
  drawn.clear();
  gone.clear();
  Object.values(logs).forEach((log) => log.replaceChildren());
}

const find = (post) => [...logs[post.place].children].find((one) => one.dataset.id === post.id);

function place(post) {
  const log = logs[post.place];
  const node = drawing(post.html);
  const old = drawn.has(name(post)) && find(post);
  drawn.set(name(post), post.edits);
  if (old) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(node);
    if (focused) (node.querySelector("button") ?? node).focus({ preventScroll: true });
    return null;
  }
  const after = [...log.children].reverse().find((one) => Number(one.dataset.seq) < post.seq);
  if (after) after.after(node);
  else log.prepend(node);
  return node;
}

function takeAway(post) {
  const node = find(post);
  const next = node?.nextElementSibling ?? node?.previousElementSibling ?? logs[post.place];
  if (node?.contains(document.activeElement)) next.focus({ preventScroll: true });
  node?.remove();
  drawn.delete(name(post));
  gone.add(name(post));
}

/** Takes one's own words back. */
export async function remove(button) {
  const post = button.closest("article").dataset.id;
  await busy(button, async () => {
    show((await send({ kind: "remove", post })).posts);
    say(sentence("web-removed"));
  }, say, sentence("web-not-removed"));
}

/** Only ever given HTML that the server drew. */
export function drawing(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const node = template.content.firstElementChild;
  for (const time of node.querySelectorAll("time")) time.textContent = local(new Date(time.dateTime));
  return node;
}

function local(at) {
  const clock = at.toLocaleTimeString(languages, { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date().toDateString()) return clock;
  return `${at.toLocaleDateString(languages, { weekday: "short", day: "numeric", month: "short" })}, ${clock}`;
}

/** Scrolls to what is new, never past its beginning, and only for somebody who was at the end or asked for it. */
function follow(first, eager) {
  const log = first.parentElement;
  if (log.firstElementChild === first && !eager) log.scrollTop = log.scrollHeight;
  else if (eager || log.scrollTop + log.clientHeight >= first.offsetTop - 80) log.scrollTop = first.offsetTop - 12;
}

// ------------------------------------------------------------------ what is new

const marker = (place) => `seen ${here.council} ${here.seat} ${place}`;

/** How far somebody has read. A browser that keeps nothing counts everything as new after a reload. */
function look(mark, seq) {
  try {
    if (seq) localStorage.setItem(mark, seq);
    return localStorage.getItem(mark);
  } catch {
    return seq ?? null;
  }
}

/** Counts what others said since this person last looked. */
export function count() {
  let total = 0;
  for (const button of places) {
    const posts = [...logs[button.dataset.place].children];
    const mark = marker(button.dataset.place);
    if (button.dataset.place === here.place && !document.hidden && posts.length) look(mark, posts.at(-1).dataset.seq);
    const marked = Number(look(mark) ?? 0);
    const seen = marked > Number(posts.at(-1)?.dataset.seq) ? 0 : marked; // numbers begin anew in an emptied folder
    const fresh = posts.filter((post) => Number(post.dataset.seq) > seen && !post.classList.contains("mine")).length;
    const badge = button.querySelector(".count");
    badge.hidden = !fresh;
    badge.firstElementChild.textContent = fresh;
    total += fresh;
  }
  document.title = `${total ? `(${total}) ` : ""}${sentence("web-name")} – ${council()?.name ?? sentence("web-browser-chat")}`;
}
