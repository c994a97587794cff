// Forms in the dialog: what is filled in, what is wrong with it, what was typed before.
// In: a form drawn by the server (render.py). Out: its values by field name. Never: sends anything.

const fields = (form) => [...form.querySelectorAll(".field")];
const control = (field) => field.querySelector("input:checked, textarea, select, input");

function value(field) {
  return field.querySelector("[type=radio]") ? (field.querySelector(":checked")?.value ?? "") : control(field).value;
}

/** Everything filled in, by field name. */
export function values(form) {
  return Object.fromEntries(fields(form).map((field) => [field.dataset.name, value(field)]));
}

/** Puts back what was typed before. */
export function restore(form, typed) {
  for (const field of fields(form).filter((one) => one.dataset.name in typed)) {
    const before = typed[field.dataset.name];
    const radios = field.querySelectorAll("[type=radio]");
    for (const radio of radios) radio.checked = radio.value === before;
    if (!radios.length) control(field).value = before;
  }
}

/** What is wrong before anything is sent: empty where something is needed, longer than fits. */
export function faults(form) {
  const found = {};
  for (const field of fields(form)) {
    const filled = value(field);
    const limit = Number(field.dataset.limit);
    if ("required" in field.dataset && !filled.trim()) found[field.dataset.name] = "This is needed.";
    else if (filled.length > limit) found[field.dataset.name] = `At most ${limit} characters fit; this is ${filled.length}.`;
  }
  return found;
}

/** Says what is wrong at each field, the rest above them, and goes to the first. */
export function complain(form, problems) {
  const left = new Map(Object.entries(problems));
  for (const field of fields(form)) {
    const wrong = left.get(field.dataset.name);
    left.delete(field.dataset.name);
    tell(field.querySelector(".problem"), wrong);
    field.querySelectorAll("[aria-describedby]").forEach((one) => one.setAttribute("aria-invalid", Boolean(wrong)));
  }
  tell(form.querySelector("#form-problem"), [...left.values()].join(" "));
  const first = fields(form).find((field) => !field.querySelector(".problem").hidden);
  if (first) control(first).focus();
}

/** Goes to the first thing to fill in. */
export function begin(form) {
  const first = fields(form)[0];
  if (first) control(first).focus();
}

function tell(place, sentence) {
  place.textContent = sentence ?? "";
  place.hidden = !sentence;
}
