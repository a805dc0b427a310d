// Seeded mutations of JSON-RPC frames, shared by the test and by the server it starts.

/** mulberry32: small, fast, the same numbers for the same seed. */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count) => Math.floor(next() * count);
  return { next, below, pick: (items) => items[below(items.length)] };
}

const STRANGE = [
  null,
  true,
  -1,
  0,
  1e308,
  12345678901234567890n,
  "",
  "\u0000",
  "\ud800",
  "‮",
  "x".repeat(5000),
  [],
  [[]],
  {},
  { __proto__: null, constructor: { prototype: 1 } },
  { toString: 1 },
  -0,
  2 ** 53 + 2,
];

const EXTRA = ["method", "params", "result", "error", "_meta", "x"];

const show = (value) =>
  JSON.stringify(value, (_, each) => (typeof each === "bigint" ? { $big: String(each) } : each)).replace(
    /\{"\$big":"(\d+)"\}/g,
    "$1",
  );

/** Every frame that differs from the message in one field: missing, of another type, or one too many. */
export function* variants(message) {
  for (let at = 0; at < placesOf(message).length; at++) {
    const without = structuredClone(message);
    const [holder, key] = placesOf(without)[at];
    delete holder[key];
    yield Buffer.from(show(without));
    for (const strange of STRANGE) {
      const copy = structuredClone(message);
      const [of, name] = placesOf(copy)[at];
      of[name] = strange;
      yield Buffer.from(show(copy));
    }
  }
  for (const extra of EXTRA)
    for (const strange of STRANGE) yield Buffer.from(show({ ...message, [extra]: strange }));
}

/** One frame's bytes, changed in one to three ways, or not at all. */
export function mutate(random, message) {
  const copy = structuredClone(message);
  for (let round = random.below(3); round > 0; round--) mutateValue(random, copy);
  return mutateText(random, show(copy));
}

/** Where its values are: the object or list that holds each, and its key. */
function placesOf(message) {
  const places = [];
  const walk = (value) => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value, key]);
      walk(value[key]);
    }
  };
  walk(message);
  return places;
}

function mutateValue(random, message) {
  const places = placesOf(message);
  if (places.length === 0) return;
  const [holder, key] = random.pick(places);
  const kind = random.below(4);
  if (kind === 0) delete holder[key];
  else if (kind === 1) holder[key] = structuredClone(random.pick(STRANGE));
  else if (kind === 2) holder[random.pick([...EXTRA, "id"])] = structuredClone(random.pick(STRANGE));
  else holder[key] = [holder[key]];
}

function mutateText(random, text) {
  switch (random.below(14)) {
    case 0:
      return Buffer.from(text.slice(0, random.below(text.length + 1)));
    case 1: {
      const bytes = Buffer.from(text);
      if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
      return Buffer.from(bytes.toString("latin1").replaceAll("\n", " "), "latin1");
    }
    case 2:
      return Buffer.from(text.replace(/"(\w+)":/, '"$1":1,"$1":'));
    case 3:
      return Buffer.from(`${"[".repeat(random.below(2000))}${text}`);
    case 4:
      return Buffer.from(`[${text},${text}]`);
    case 5:
      return Buffer.from(` \t${text.replaceAll(",", " , ")}\r`);
    default:
      return Buffer.from(text);
  }
}
