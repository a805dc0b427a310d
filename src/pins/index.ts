/** Pins: what every tool and server looked like when a person, or the first use, made it good; a change is held. */
export { likenessesOf } from "./likeness.ts";
export { createPins, type PinOptions } from "./pins.ts";
export { flagsOfTool, type ToolFlags } from "./suspicion.ts";
export type { Hold, Pins, SeenTool } from "./types.ts";
