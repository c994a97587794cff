// What Microsoft's own reader of Adaptive Cards complains of.
//
// In: cards as a JSON array on stdin. Out: for each card an array of complaints, as JSON on stdout.
// Never: a word that stood in a card: of what is quoted only names of properties and types are left.
"use strict";

const { readFileSync } = require("node:fs");
// The package's `main` is of modules that node can't load; this file of it is the same in one piece.
const cards = require("adaptivecards/dist/adaptivecards.min.js");

function complaints(json) {
  const found = [];
  const told = (event) => {
    const where = event.source?.getJsonTypeName?.() ?? "card";
    found.push(`${where}: ${cards.ValidationEvent[event.event]}: ${event.message}`);
  };
  const context = new cards.SerializationContext(cards.Versions.v1_5);
  const card = new cards.AdaptiveCard();
  card.parse(json, context);
  for (let at = 0; at < context.eventCount; at++) told(context.getEventAt(at));
  card.validateProperties().validationEvents.forEach(told);
  const names = namesOf(json);
  return found.map((line) => line.replace(/"([^"]*)"/g, (whole, word) => (names.has(word) ? whole : '"…"')));
}

// What may be repeated of a card: what its properties and its elements are called.
function namesOf(json, names = new Set()) {
  if (json && typeof json === "object") {
    for (const [name, value] of Object.entries(json)) {
      if (!Array.isArray(json)) names.add(name);
      if (name === "type" && typeof value === "string") names.add(value);
      namesOf(value, names);
    }
  }
  return names;
}

try {
  process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(complaints)));
} catch (error) {
  // What an error says may quote a card; node's own report of it prints half the package besides.
  process.stderr.write([error.name, ...error.stack.match(/^ +at .+$/gm).slice(0, 3)].join("\n"));
  process.exitCode = 1;
}
