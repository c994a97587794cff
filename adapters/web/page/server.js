// Talks to the server.
// In: events, what to read. Out: what the server says. Never: another computer; the same event under two ids.

import { Fading } from "./drafts.js";
import { here, query } from "./here.js";

const unsent = new Fading(); // an event without its id → the id it was first sent with
const SOON = 20_000; // milliseconds an answer may take, and with a file to be read
const WITH_A_FILE = 120_000;
let sending = 0;

export async function ask(path, options = {}, patience = SOON) {
  let response;
  try {
    response = await fetch(path, { ...options, signal: AbortSignal.timeout(patience) });
  } catch {
    throw new Error("");
  }
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(told.problem ?? ""), { status: response.status });
  return told;
}

/** Whether something is on its way. */
export const waiting = () => sending > 0;

/** Sends one event; the same event again, until it arrived, has the same id. */
export async function send(event, fixed) {
  const whole = { council: here.council, seat: here.seat, place: here.place, ...event };
  const key = JSON.stringify(whole);
  const turn = here.turn;
  const id = fixed ?? unsent.get(key) ?? crypto.randomUUID();
  unsent.set(key, id);
  const headers = { "Content-Type": "application/json" };
  sending += 1;
  try {
    const body = JSON.stringify({ ...whole, id });
    const told = await ask("/api/events", { method: "POST", headers, body }, event.files ? WITH_A_FILE : SOON);
    unsent.delete(key);
    return turn === here.turn ? told : { posts: [] }; // somebody else sits here now: it is not for them
  } finally {
    sending -= 1;
  }
}

/** Hands over the files of a form that is about to be sent in: `files` of its event, or nothing where it has none. */
export async function handOver(chosen) {
  const headers = { "Content-Type": "application/octet-stream" };
  const prints = [];
  for (const [field, file] of chosen) {
    const path = `/api/files?${query()}&name=${encodeURIComponent(file.name)}`;
    prints.push([field, (await ask(path, { method: "POST", headers, body: file }, WITH_A_FILE)).file]);
  }
  return prints.length ? { files: Object.fromEntries(prints) } : {};
}

/** Forgets what did not arrive: somebody else sits here now. */
export const forget = () => unsent.clear();

/** Hears what is new from now on; `opened` whenever the line is there again, `lost` when it is not. */
export function hear(news, opened, lost) {
  const stream = new EventSource(`/api/live?${query()}`);
  stream.onopen = opened;
  stream.onmessage = (message) => news(JSON.parse(message.data));
  stream.onerror = () => lost(stream.readyState === EventSource.CLOSED);
  return stream;
}
