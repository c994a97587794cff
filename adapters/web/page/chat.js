// The page's behaviour: shows what the server drew, sends what people do, keeps words that were not sent.
// In: JSON and HTML drawn by the server (render.py). Out: events, each with an id of its own so that a repeat adds nothing.
// Never: draws anybody's words as markup; forgets words that did not arrive.

import * as forms from "./forms.js";
import * as hints from "./hints.js";

const $ = (id) => document.getElementById(id);
const [words, status, dialog] = ["words", "status", "dialog"].map($);
const logs = { private: $("private"), channel: $("channel") };
const places = [...document.querySelectorAll(".place")];
const asked = new URLSearchParams(location.search);
const here = { council: asked.get("council"), seat: asked.get("seat"), place: asked.get("in") === "channel" ? "channel" : "private" };
const known = { councils: [], seats: [] };
const drawn = new Map(); // place and id of a post → the post as it was drawn; an older drawing never replaces it
const unsent = new Map(); // an event without its id → the id it was first sent with
const drafts = new Map(); // where words were being typed → the words
const spot = () => `${here.council} ${here.seat} ${here.place}`;
const NOT_SENT = "Not sent – press Send again; your words are kept.";
let stream = null;
let filling = 0; // counts changes of council or person, so that an answer for the one before is dropped
let sending = 0;
let next = null; // words to send when those before them have arrived

// ------------------------------------------------------------------ talking to the server

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, signal: AbortSignal.timeout(20000) });
  } catch {
    throw new Error("");
  }
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(told.problem ?? ""), { status: response.status });
  return told;
}

const query = () => new URLSearchParams({ council: here.council ?? "", seat: here.seat ?? "" });

/** Sends one event; the same event again, until it arrived, has the same id. */
async function send(event, fixed) {
  const whole = { council: here.council, seat: here.seat, place: here.place, ...event };
  const key = JSON.stringify(whole);
  const turn = filling;
  const id = fixed ?? unsent.get(key) ?? crypto.randomUUID();
  unsent.set(key, id);
  const headers = { "Content-Type": "application/json" };
  sending += 1;
  try {
    const told = await ask("/api/events", { method: "POST", headers, body: JSON.stringify({ ...whole, id }) });
    unsent.delete(key);
    if (turn !== filling) return { posts: [] }; // somebody else sits here now: it is not for them
    show(told.posts);
    return told;
  } finally {
    sending -= 1;
  }
}

/** Does something once at a time for one control, and says so where it fails. */
async function busy(control, work, complain = say, away = NOT_SENT) {
  if (control.getAttribute("aria-disabled") === "true") return;
  control.setAttribute("aria-disabled", "true");
  try {
    complain("");
    await work();
  } catch (failed) {
    complain(failed.message || away);
  } finally {
    control.removeAttribute("aria-disabled");
  }
}

function say(sentence) {
  status.textContent = sentence;
}

function listen() {
  stream?.close();
  const mine = (stream = new EventSource(`/api/live?${query()}`));
  mine.onopen = () => {
    $("link").textContent = "";
    refresh().catch(() => {});
  };
  mine.onmessage = (message) => mine === stream && show([JSON.parse(message.data)]);
  mine.onerror = () => {
    $("link").textContent = "Connection lost. Trying again…";
    if (mine.readyState === EventSource.CLOSED && mine === stream) setTimeout(() => mine === stream && listen(), 2000);
  };
}

// ------------------------------------------------------------------ what is said

/** Reads the whole workspace; what is shown already stays where it is. */
async function refresh() {
  const turn = filling;
  const told = await ask(`/api/workspace?${query()}`);
  if (turn !== filling) return;
  Object.assign(here, { council: told.council, seat: told.seat });
  Object.assign(known, { councils: told.councils, seats: told.seats });
  header();
  show([...told.channel, ...told.private]);
  await greet();
}

/** Another council, another person: everything is read anew, without being read out again. */
async function enter() {
  filling += 1;
  drawn.clear();
  say("");
  for (const log of Object.values(logs)) {
    log.setAttribute("aria-live", "off");
    log.replaceChildren();
  }
  try {
    await refresh();
  } catch (failed) {
    if (failed.status === 400 && here.council) {
      Object.assign(here, { council: null, seat: null });
      return enter();
    }
    $("link").textContent = "Protocol Bot does not answer. Trying again…";
  }
  setTimeout(() => Object.values(logs).forEach((log) => log.removeAttribute("aria-live")), 500);
  return listen();
}

async function greet() {
  if (here.place === "private" && !logs.private.children.length && here.seat) {
    await send({ kind: "greet", place: "private" }, "greet");
  }
}

/** Puts posts where they belong: a known one in place of itself, a new one by its number. */
function show(posts) {
  const before = (post) => drawn.get(`${post.place} ${post.id}`);
  const fresh = posts.filter((post) => !(before(post)?.edits >= post.edits)).map(place);
  const seen = fresh.filter((node) => node?.parentElement === logs[here.place]);
  if (seen.length) follow(seen[0]);
  count();
}

function place(post) {
  const log = logs[post.place];
  const key = `${post.place} ${post.id}`;
  const node = drawing(post.html);
  const old = drawn.has(key) && [...log.children].find((one) => one.dataset.id === post.id);
  drawn.set(key, post);
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

/** Only ever given HTML that the server drew. */
function drawing(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const node = template.content.firstElementChild;
  for (const time of node.querySelectorAll("time")) time.textContent = local(new Date(time.dateTime));
  return node;
}

function local(at) {
  const clock = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date().toDateString()) return clock;
  return `${at.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" })}, ${clock}`;
}

/** Scrolls to what is new, never past its beginning, and only for somebody who was at the end or asked for it. */
function follow(first) {
  const log = first.parentElement;
  if (log.firstElementChild === first && !sending) log.scrollTop = log.scrollHeight;
  else if (sending || log.scrollTop + log.clientHeight >= first.offsetTop - 80) log.scrollTop = first.offsetTop - 12;
}

// ------------------------------------------------------------------ conversations, councils, people

const marker = (place) => `seen ${here.council} ${here.seat} ${place}`;

/** How far somebody has read. A browser that keeps nothing counts everything as new after a reload. */
function look(name, seq) {
  try {
    if (seq) localStorage.setItem(name, seq);
    return localStorage.getItem(name);
  } catch {
    return seq ?? null;
  }
}

/** Counts what others said since this person last looked. */
function count() {
  let total = 0;
  for (const button of places) {
    const name = button.dataset.place;
    const posts = [...logs[name].children];
    if (name === here.place && !document.hidden && posts.length) look(marker(name), posts.at(-1).dataset.seq);
    const marked = Number(look(marker(name)) ?? 0);
    const seen = marked > Number(posts.at(-1)?.dataset.seq) ? 0 : marked; // numbers begin anew in an emptied folder
    const fresh = posts.filter((post) => Number(post.dataset.seq) > seen && !post.classList.contains("mine")).length;
    const badge = button.querySelector(".count");
    badge.hidden = !fresh;
    badge.firstElementChild.textContent = fresh;
    total += fresh;
  }
  document.title = `${total ? `(${total}) ` : ""}Protocol Bot – ${council()?.name ?? "browser chat"}`;
}

const council = () => known.councils.find((one) => one.id === here.council);
const seat = () => known.seats.find((one) => one.id === here.seat);

function choices(select, all, chosen) {
  const options = all.map(([id, name]) => new Option(name, id, false, id === chosen));
  select.replaceChildren(...options);
}

function header() {
  choices($("council"), known.councils.map((one) => [one.id, one.name]), here.council);
  choices($("seat"), known.seats.map((one) => [one.id, `${one.name}, ${one.role}`]), here.seat);
  $("who").textContent = seat()?.name ?? "";
  const [title, about, hint] = here.place === "private"
    ? ["Protocol Bot", `Private to you, ${seat()?.name}. ${council()?.name}.`, "Ask about the protocol…"]
    : ["Council channel", `Everybody at ${council()?.name} reads this. Start with /protocol to ask privately.`, "Write to everybody…"];
  $("title").textContent = title;
  $("about").textContent = about;
  $("words-label").textContent = here.place === "private" ? "Message Protocol Bot" : "Message the council channel";
  words.placeholder = hint;
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
    greet().catch((failed) => say(failed.message || "Protocol Bot does not answer yet."));
    return count();
  }
  return enter();
}

// ------------------------------------------------------------------ writing

/** Sends the words in the box; while others are on their way, as soon as those have arrived. */
async function write() {
  const text = words.value;
  if (!text.trim()) return say("Type your question first.");
  if ($("send").getAttribute("aria-disabled")) return (next = text);
  const from = spot();
  let arrived = false;
  await busy($("send"), async () => {
    const told = await send({ kind: "text", text });
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

/** `origin` is what the answer is to: it tells one opening of a form from another. */
function answered(told, origin) {
  if (told.form) fill(told.form, origin);
  else if (told.problems) say(Object.values(told.problems).join(" "));
}

async function press(button) {
  const source = button.closest("article")?.dataset.id ?? null;
  const token = button.dataset.token;
  const work = async () => answered(await send({ kind: "press", token, source }), `${source} ${token}`);
  await busy(button, work, say, "That did not arrive – press it again.");
}

function key(event) {
  if (event.isComposing || hints.key(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    write();
  }
}

// ------------------------------------------------------------------ forms

function fill(html, origin) {
  dialog.replaceChildren(drawing(html));
  const form = dialog.firstElementChild;
  const draft = `${spot()} form ${origin}`;
  form.dataset.draft = draft;
  forms.restore(form, drafts.get(draft) ?? {});
  form.addEventListener("input", () => drafts.set(draft, forms.values(form)));
  dialog.showModal();
  forms.begin(form);
}

const waits = () => Boolean(dialog.querySelector("[aria-disabled=true]"));

async function submit(form) {
  const wrong = forms.faults(form);
  if (Object.keys(wrong).length) return forms.complain(form, wrong);
  const away = (sentence) => forms.complain(form, sentence ? { "": sentence } : {});
  return busy(form.querySelector("[type=submit]"), async () => {
    const told = await send({ kind: "submit", form: form.dataset.form, values: forms.values(form) });
    if (told.problems) return forms.complain(form, told.problems);
    drafts.delete(form.dataset.draft);
    dialog.close();
    return answered(told, form.dataset.draft);
  }, away);
}

// ------------------------------------------------------------------ beginning

$("composer").addEventListener("submit", (event) => (event.preventDefault(), write()));
words.addEventListener("keydown", key);
words.addEventListener("input", () => say(hints.suggest()));
$("council").addEventListener("change", (event) => go({ council: event.target.value }));
$("seat").addEventListener("change", (event) => go({ seat: event.target.value }));
$("switch").addEventListener("click", (event) => {
  event.currentTarget.setAttribute("aria-expanded", $("switches").classList.toggle("open"));
});
for (const button of places) button.addEventListener("click", () => go({ place: button.dataset.place }));
for (const log of Object.values(logs)) {
  log.addEventListener("click", (event) => event.target.closest("[data-token]") && press(event.target.closest("[data-token]")));
}
dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && !waits() && dialog.close());
dialog.addEventListener("cancel", (event) => waits() && event.preventDefault()); // an answer is on its way: it may be a no
dialog.addEventListener("submit", (event) => (event.preventDefault(), submit(event.target)));
document.addEventListener("visibilitychange", () => (document.hidden ? stream?.close() : listen()));
enter();
