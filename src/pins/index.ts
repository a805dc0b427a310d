/** Pins: what servers and all they tell of looked like when a person, or the first use, made it good; a change is held. */
export { acceptanceOf } from "./acceptance.ts";
export { lookalikesOf } from "./lookalikes.ts";
export { openPinCache } from "./pin-cache.ts";
export { createPins, type PinOptions } from "./pins.ts";
export { type Flags, flagsOf, hidesInAddress } from "./suspicion.ts";
export type { Hold, Pinnable, Pins } from "./types.ts";
