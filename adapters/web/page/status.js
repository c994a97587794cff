// The line that says how things stand, and doing one thing at a time.
// In: a sentence; a control and its work. Out: the sentence in its place. Never: starts the same work twice.

import { sentence } from "./sentences.js";

const status = document.getElementById("status");

export function say(what) {
  status.textContent = what;
}

export const isBusy = (control) => control.getAttribute("aria-disabled") === "true";

/** Does something once at a time for one control, and says so where it fails. */
export async function busy(control, work, complain = say, away = sentence("web-not-sent")) {
  if (isBusy(control)) return;
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
