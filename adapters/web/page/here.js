// Which council, person and conversation the page shows.
// In: the address; a choice of the person's. Out: `here`, and names for it. Never: anybody's words.

const asked = new URLSearchParams(location.search);

/** `turn` counts changes of council or person, so that an answer for the one before is dropped. */
export const here = {
  council: asked.get("council"),
  seat: asked.get("seat"),
  place: asked.get("in") === "channel" ? "channel" : "private",
  turn: 0,
};
export const known = { councils: [], seats: [] };

export const council = () => known.councils.find((one) => one.id === here.council);
export const seat = () => known.seats.find((one) => one.id === here.seat);
export const spot = () => `${here.council} ${here.seat} ${here.place}`;
export const query = () => new URLSearchParams({ council: here.council ?? "", seat: here.seat ?? "" });
