/** Logins: ours at remote servers, by OAuth, kept encrypted in the store and renewed once for all processes. */

export { type ClientSettings, type LoginOptions, logIn } from "./log-in.ts";
export { createTokens, type Tokens, type TokensOptions } from "./tokens.ts";
