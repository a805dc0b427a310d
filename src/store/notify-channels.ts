/** Says that one approval changed; the payload is its id. */
export const APPROVAL_CHANNEL = "preloop_approval";
/** Says that grants or frozen sessions changed; the payload names which row, and nobody needs it. */
export const GRANT_CHANNEL = "preloop_standing";
/** Says that pins or switches changed. */
export const PIN_CHANNEL = "preloop_pin";
