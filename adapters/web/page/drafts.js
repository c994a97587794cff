// What was begun and not sent, for some minutes.
// In: a name and a value. Out: the value, until its time is up. Never: writes anything down; it lives in this page alone.

const MINUTES = 15;

/** A map whose entries go some minutes after they were last set. */
export class Fading {
  #kept = new Map();

  get(name) {
    const one = this.#kept.get(name);
    return one && Date.now() < one.until ? one.value : undefined; // a computer that slept ran no timer
  }

  set(name, value) {
    this.delete(name);
    const spell = MINUTES * 60_000;
    const timer = setTimeout(() => this.#kept.delete(name), spell);
    this.#kept.set(name, { value, timer, until: Date.now() + spell });
  }

  delete(name) {
    clearTimeout(this.#kept.get(name)?.timer);
    this.#kept.delete(name);
  }

  clear() {
    for (const name of [...this.#kept.keys()]) this.delete(name);
  }
}
