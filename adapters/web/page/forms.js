// One form: what is filled in, what is wrong with it, what was typed before.
// In: a form drawn by the server (render.py). Out: its values by field name. Never: sends anything.

import { sentence } from "./sentences.js";

const fields = (form) => [...form.querySelectorAll(".field")];
const control = (field) => field.querySelector("input:checked, textarea, select, input");
const named = (form, name) => fields(form).find((field) => field.dataset.name === name);

const chosen = (field) => field.querySelector("[type=file]")?.files[0];

function value(field) {
  if (field.querySelector("[type=file]")) return chosen(field)?.name ?? "";
  return field.querySelector("[type=radio]") ? (field.querySelector(":checked")?.value ?? "") : control(field).value;
}

/** Everything filled in, by field name. */
export function values(form) {
  return Object.fromEntries(fields(form).map((field) => [field.dataset.name, value(field)]));
}

/** Every file that was chosen, by field name. */
export function files(form) {
  return fields(form).filter(chosen).map((field) => [field.dataset.name, chosen(field)]);
}

/**
 * Puts back what was typed before, and says whether that was anything: only in a field that is drawn as it was then,
 * and not in those just sent in, which the server knows better.
 */
export function restore(form, before, sent) {
  const found = fields(form).filter((field) => {
    const name = field.dataset.name;
    const known = name in before.values && !sent.includes(name);
    return known && value(field) === before.drawn[name] && before.values[name] !== before.drawn[name];
  });
  return found.filter((field) => put(field, before.values[field.dataset.name])).length > 0;
}

function put(field, typed) {
  const one = [...field.querySelectorAll("[type=radio], option")].find((choice) => choice.value === typed);
  if (one) one[one.type === "radio" ? "checked" : "selected"] = true;
  else if (!field.querySelector("[type=radio], option, [type=file]")) control(field).value = typed;
  return value(field) === typed;
}

/** What is wrong before anything is sent: half a date or the 31st of February (the browser gives none of it away), empty
 *  where something is needed, longer than fits. */
export function faults(form) {
  const found = {};
  for (const field of fields(form)) {
    const filled = value(field);
    const limit = Number(field.dataset.limit);
    const long = [...filled].length;
    if (control(field).validity.badInput) found[field.dataset.name] = sentence("web-no-such-day");
    else if ("required" in field.dataset && !filled.trim()) found[field.dataset.name] = sentence("web-needed");
    else if (long > limit) found[field.dataset.name] = sentence("web-too-many-characters", { limit, length: long });
  }
  return found;
}

/** Says what is wrong at each field and, where it is much, above them all; the rest at the buttons. Goes to the first. */
export function complain(form, problems) {
  const left = new Map(Object.entries(problems));
  const wrong = [];
  for (const field of fields(form)) {
    const why = left.get(field.dataset.name);
    left.delete(field.dataset.name);
    if (why) wrong.push([field, why]);
    tell(field.querySelector(".problem"), why);
    field.querySelectorAll("[aria-describedby]").forEach((one) => one.setAttribute("aria-invalid", Boolean(why)));
  }
  tell(form.querySelector("#form-problem"), [...left.values()].join(" "));
  summarise(form, wrong);
  if (wrong.length === 1) goTo(form, wrong[0][0].dataset.name);
  if (wrong.length > 1) toTop(form, form.querySelector(".faults"));
}

function summarise(form, wrong) {
  const box = form.querySelector(".faults");
  const many = wrong.length > 1 ? wrong : [];
  const lines = many.map(([field, why]) => {
    const link = Object.assign(document.createElement("a"), { href: "#form-title" });
    link.textContent = `${field.querySelector("label, legend").firstElementChild.textContent}: ${why}`;
    link.dataset.name = field.dataset.name;
    const line = document.createElement("li");
    line.append(link);
    return line;
  });
  box.querySelector("ul").replaceChildren(...lines);
  box.hidden = !many.length;
}

/** Goes to one field, with its label in sight. */
export function goTo(form, name) {
  const field = named(form, name);
  control(field).focus({ preventScroll: true });
  field.scrollIntoView({ block: "start" });
}

/** Begins at the top: what stands there is to be read before anything is filled in. */
export function begin(form) {
  toTop(form, form.querySelector("h2"));
}

function toTop(form, goal) {
  goal.focus({ preventScroll: true });
  form.scrollTop = 0;
  form.querySelector(".sheet").scrollTop = 0;
}

function tell(place, why) {
  place.textContent = why ?? "";
  place.hidden = !why;
}
