// The form in the dialog: opened at its top, sent in, followed by the next one or by what the bot says.
// In: a form drawn by the server, and what it is the answer to. Out: events; what was typed, for some minutes, if closed.
// Never: goes while its words are on their way; keeps them once they were sent.

import { Fading } from "./drafts.js";
import * as forms from "./forms.js";
import { here, spot } from "./here.js";
import { drawing, logs, show } from "./log.js";
import { sentence } from "./sentences.js";
import { handOver, send } from "./server.js";
import { busy, isBusy, say } from "./status.js";

const dialog = document.getElementById("dialog");
const begun = new Fading(); // what a first form was opened by → its run: what was typed in it and in those after it
let run = null;

const waits = () => [...dialog.querySelectorAll("[type=submit]")].some(isBusy);
const valueOf = (id) => id.split("/").slice(2).join("/");
const without = (text, value) => (value ? text.replaceAll(value, "") : text);

/** Opens a first form. `origin` is what it is the answer to: from the same button it is the same form again. */
export function open(html, origin) {
  const key = `${spot()} ${origin}`;
  const value = valueOf(drawing(html).dataset.form);
  const bare = without(html, value);
  const before = begun.get(key);
  // A form that starts something new has a new value in its id each time; with other words in it, it is another form.
  const same = before && (before.value === value || before.bare === bare);
  run = { key, value, bare, typed: same ? before.typed : new Map() };
  draw(html, []);
}

/** Puts a form in the dialog. What was sent in with the form before it comes back as the server has it. */
function draw(html, sent) {
  const form = drawing(html);
  const name = without(form.dataset.form, run.value);
  const drawn = forms.values(form);
  const mine = run;
  const before = mine.typed.get(name);
  const back = before && forms.restore(form, before, sent);
  form.querySelector(".back").hidden = !back;
  form.addEventListener("input", () => {
    mine.typed.set(name, { drawn, values: forms.values(form) });
    begun.set(mine.key, mine);
  });
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
  forms.begin(form);
}

async function submit(form) {
  if (waits()) return;
  const wrong = forms.faults(form);
  if (Object.keys(wrong).length) return forms.complain(form, wrong);
  const button = form.querySelector("[type=submit]");
  const away = sentence("web-form-not-sent", { button: button.textContent });
  await busy(button, () => sendIn(form), (why) => forms.complain(form, why ? { "": why } : {}), away);
}

async function sendIn(form) {
  const values = forms.values(form);
  const mine = run;
  const turn = here.turn;
  const files = await handOver(forms.files(form));
  const told = await send({ kind: "submit", form: form.dataset.form, values, ...files });
  if (turn !== here.turn) return; // the dialog is somebody else's now
  if (told.problems) {
    stay(form);
    return forms.complain(form, told.problems);
  }
  run = mine;
  if (told.form) return draw(told.form, Object.keys(values));
  begun.delete(run.key);
  run = null;
  dialog.close();
  show(told.posts, true);
  const answer = told.posts.at(-1);
  if (answer) [...logs[answer.place].children].find((one) => one.dataset.id === answer.id)?.focus({ preventScroll: true });
}

/** Some browsers close a dialog whatever the page says; an answer that asks for something brings it back. */
function stay(form) {
  if (dialog.open) return;
  dialog.replaceChildren(form);
  dialog.showModal();
}

/** Somebody else sits here now. */
export function leave() {
  begun.clear();
  run = null;
  dialog.close();
  dialog.replaceChildren();
}

function clear(form) {
  begun.delete(run.key);
  run.typed.clear();
  form.reset();
  form.querySelector(".back").hidden = true;
  forms.begin(form);
}

function pressed(event) {
  if (event.target.closest("[data-close]") && !waits()) dialog.close();
  if (event.target.closest("[data-clear]")) clear(dialog.firstElementChild);
  const link = event.target.closest(".faults a");
  if (!link) return;
  event.preventDefault();
  forms.goTo(dialog.firstElementChild, link.dataset.name);
}

/** In a form of several fields, Enter in one of them sends nothing: it is easily pressed before its time. */
function key(event) {
  if (event.key === "Escape" && waits()) event.preventDefault();
  const many = dialog.querySelectorAll(".field").length > 1;
  if (event.key === "Enter" && many && event.target.matches(".field input, .field select")) event.preventDefault();
}

/** Closed and not sent: its minutes begin. */
function closed() {
  if (dialog.open) return;
  if (run?.typed.size) {
    begun.set(run.key, run);
    say(sentence("web-form-closed"));
  }
  run = waits() ? run : null; // an answer on its way may still be a no
  dialog.replaceChildren();
}

dialog.addEventListener("click", pressed);
dialog.addEventListener("keydown", key);
dialog.addEventListener("cancel", (event) => waits() && event.preventDefault());
dialog.addEventListener("submit", (event) => (event.preventDefault(), submit(event.target)));
dialog.addEventListener("close", closed);
