// A card in a page as Microsoft's own renderer draws it, with what Teams sets for its own: the page is the client.
//
// In: `show(card)`. Out: the card in #card; what was pressed in `pressed`, each with the data that Teams would send.
// Never: a press that the renderer does not let through, such as one with a required field left empty.
"use strict";

const pressed = [];

const host = new AdaptiveCards.HostConfig({
  fontFamily: "'Liberation Sans', Arial, sans-serif",
  supportsInteractivity: true,
  spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: "#e1dfdd" },
  containerStyles: {
    default: style("#ffffff", "#242424", "#616161"),
    emphasis: style("#f5f5f5", "#242424", "#5c5c5c"),
    attention: style("#fdf3f4", "#242424", "#616161"),
  },
  actions: { maxActions: 6, actionsOrientation: "horizontal", actionAlignment: "left", buttonSpacing: 8, spacing: "default" },
  textStyles: { heading: { size: "large", weight: "bolder", color: "default" } },
  textBlock: { headingLevel: 2 },
  inputs: {
    label: {
      inputSpacing: "small",
      requiredInputs: { suffix: " *", suffixColor: "attention", weight: "bolder" },
      optionalInputs: { weight: "bolder" },
    },
    errorMessage: { color: "attention", weight: "bolder" },
  },
});

function style(backgroundColor, text, subtle) {
  const plain = { default: text, subtle };
  const red = { default: "#b10e1c", subtle: "#b10e1c" };
  return { backgroundColor, foregroundColors: { default: plain, dark: plain, attention: red } };
}

function show(json) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = host;
  card.onExecuteAction = (action) => {
    pressed.push({ type: action.getJsonTypeName(), title: action.title, data: action.data ?? {} });
  };
  card.parse(json, new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5));
  document.getElementById("card").replaceChildren(card.render());
}

// A heading may read Markdown. Here it does not: what is escaped for its sake would be seen.
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  result.didProcess = true;
};
