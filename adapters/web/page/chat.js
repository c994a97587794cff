// The page's behaviour: goes from one conversation to another, sends what people do, keeps words that were not sent.
// In: what people do; what the server says. Out: events, each with an id of its own so that a repeat adds nothing.
// Never: draws anybody's words as markup; forgets words that did not arrive.

import * as dialog from "./dialog.js";
import { council, here, known, query, seat, spot } from "./here.js";
import * as hints from "./hints.js";
import { count, empty, logs, places, remove, show, showAll, shown } from "./log.js";
import { ask, forget, hear, send } from "./server.js";
import { sentence } from "./sentences.js";
import { busy, isBusy, say } from "./status.js";

const $ = (id) => document.getElementById(id);
const words = $("words");
const drafts = new Map(); // where words were being typed → the words
let stream = null;
let next = null; // words to send when those before them have arrived

function listen() {
  stream?.close();
  const mine = (stream = hear(
    (news) => mine === stream && show([news]),
    () => {
      $("link").textContent = "";
      refresh().catch(() => {});
    },
    (closed) => {
      $("link").textContent = sentence("web-lost");
      if (closed && mine === stream) setTimeout(() => mine === stream && listen(), 2000);
    },
  ));
}

// ------------------------------------------------------------------ conversations, councils, people

/** Reads the whole workspace; what is shown already stays where it is. */
async function refresh() {
  const turn = here.turn;
  const before = shown();
  const told = await ask(`/api/workspace?${query()}`);
  if (turn !== here.turn) return;
  Object.assign(here, { council: told.council, seat: told.seat });
  Object.assign(known, { councils: told.councils, seats: told.seats });
  header();
  showAll(told, before);
  await greet();
}

/** Another council, another person: everything is read anew, without being read out again. */
async function enter() {
  here.turn += 1;
  stream?.close();
  stream = null; // what comes by it is for whoever sat here before
  say("");
  forget();
  dialog.leave();
  for (const log of Object.values(logs)) log.setAttribute("aria-live", "off");
  empty();
  try {
    await refresh();
  } catch (failed) {
    if (failed.status === 400 && here.council) {
      Object.assign(here, { council: null, seat: null });
      return enter();
    }
    $("link").textContent = sentence("web-silent");
  }
  setTimeout(() => Object.values(logs).forEach((log) => log.removeAttribute("aria-live")), 500);
  return listen();
}

async function greet() {
  if (here.place === "private" && !logs.private.children.length && here.seat) {
    await tell({ kind: "greet", place: "private" }, "greet");
  }
}

function choices(select, all, chosen) {
  const options = all.map(([id, name]) => new Option(name, id, false, id === chosen));
  select.replaceChildren(...options);
}

function header() {
  choices($("council"), known.councils.map((one) => [one.id, one.name]), here.council);
  choices($("seat"), known.seats.map((one) => [one.id, `${one.name}, ${one.role}`]), here.seat);
  $("who").textContent = seat()?.name ?? "";
  const own = here.place === "private";
  $("title").textContent = sentence(own ? "web-name" : "web-channel-title");
  $("about").textContent = sentence(own ? "web-private-about" : "web-channel-about", {
    name: seat()?.name,
    council: council()?.name,
  });
  $("words-label").textContent = sentence(own ? "web-private-message" : "web-channel-message");
  words.placeholder = sentence(own ? "web-private-hint" : "web-channel-hint");
  for (const button of places) button.setAttribute("aria-current", button.dataset.place === here.place);
  for (const [name, log] of Object.entries(logs)) log.hidden = name !== here.place;
  history.replaceState(null, "", `?${query()}&in=${here.place}`);
}

/** Goes somewhere else and takes up the words that were being typed there. */
function go(change) {
  drafts.set(spot(), words.value);
  Object.assign(here, change);
  words.value = drafts.get(spot()) ?? "";
  hints.close();
  say("");
  if (change.place) {
    header();
    logs[here.place].scrollTop = logs[here.place].scrollHeight;
    greet().catch((failed) => say(failed.message || sentence("web-not-yet")));
    return count();
  }
  fold(false);
  return enter();
}

/** On a phone the choices of council and person are put away until they are wanted. */
function fold(open) {
  $("switches").classList.toggle("open", open);
  $("switch").setAttribute("aria-expanded", open);
}

// ------------------------------------------------------------------ writing

/** Sends one event and shows what was said on it. */
async function tell(event, fixed) {
  const told = await send(event, fixed);
  show(told.posts, true);
  return told;
}

/** Sends the words in the box; while others are on their way, as soon as those have arrived. */
async function write() {
  const text = words.value;
  if (!text.trim()) return say(sentence("web-type-first"));
  if (isBusy($("send"))) return (next = text);
  const from = spot();
  let arrived = false;
  await busy($("send"), async () => {
    const told = await tell({ kind: "text", text });
    arrived = true;
    hints.close();
    if (from === spot() && words.value === text) words.value = "";
    else if (drafts.get(from) === text) drafts.delete(from);
    answered(told, text);
  });
  if (!arrived && from === spot() && !words.value.includes(text)) words.value = `${text}\n${words.value}`;
  const again = arrived && from === spot() && next === words.value;
  next = null;
  return again && write();
}

/** `origin` is what the answer is to. */
function answered(told, origin) {
  if (told.form) dialog.open(told.form, origin);
  else if (told.problems) say(Object.values(told.problems).join(" "));
}

async function press(button) {
  const source = button.closest("article")?.dataset.id ?? null;
  const token = button.dataset.token;
  const work = async () => answered(await tell({ kind: "press", token, source }), token);
  await busy(button, work, say, sentence("web-not-pressed"));
}

function clicked(event) {
  const button = event.target.closest("[data-token], [data-remove]");
  if (button) (button.dataset.token === undefined ? remove : press)(button);
}

function key(event) {
  if (event.isComposing || hints.key(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    write();
  }
}

// ------------------------------------------------------------------ beginning

$("composer").addEventListener("submit", (event) => (event.preventDefault(), write()));
words.addEventListener("keydown", key);
words.addEventListener("input", () => say(hints.suggest()));
$("council").addEventListener("change", (event) => go({ council: event.target.value }));
$("seat").addEventListener("change", (event) => go({ seat: event.target.value }));
$("switch").addEventListener("click", () => fold(!$("switches").classList.contains("open")));
for (const button of places) button.addEventListener("click", () => go({ place: button.dataset.place }));
for (const log of Object.values(logs)) log.addEventListener("click", clicked);
document.addEventListener("visibilitychange", () => (document.hidden ? stream?.close() : listen()));
enter();
