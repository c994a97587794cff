// The page's own sentences, in the council's language.
// In: the JSON that stands in the page (pages.py); a name and facts. Out: the sentence with its gaps filled.
// Never: a sentence that stands in the script.

const all = JSON.parse(document.getElementById("sentences").textContent);

/** The sentence of this name; where it has one for exactly this `count`, that one. */
export function sentence(name, facts = {}) {
  const said = all[`${name}-${facts.count}`] ?? all[name];
  return said.replace(/\{(\w+)\}/g, (_, gap) => facts[gap] ?? "");
}
