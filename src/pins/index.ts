/** Pins: what servers and all they tell of looked like when a person, or the first use, made it good; a change is held. */
export { acceptanceOf } from "./acceptance.ts";
export { keepPins } from "./kept.ts";
export { likenessesOf } from "./likeness.ts";
export { createPins, type PinOptions } from "./pins.ts";
export { type Flags, flagsOf, hidesInAddress } from "./suspicion.ts";
export type { Hold, Pinnable, Pins } from "./types.ts";
