import { html, raw } from "hono/html";
import { makeVisible } from "#base";
import { STYLE } from "./style.ts";

/** Markup whose untrusted parts are escaped. */
export type Html = ReturnType<typeof html>;

/** An answer to a request: a status and a page. */
export interface Page {
  readonly status: 200 | 202 | 400 | 403 | 404 | 409 | 410 | 413 | 422 | 500 | 502 | 503;
  readonly body: Html;
}

const style = raw(`<style>${STYLE}</style>`);

/** A whole page around `main`. `title` is plain text. */
export function layout(title: string, main: Html): Html {
  // The header says no-referrer, which would also blank the Origin of our own forms. For those, the browser may name
  // this site, and never the address with its token.
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="strict-origin">
<title>${title} · preloop</title>
${style}
</head>
<body>
<header class="top"><span class="mark" aria-hidden="true"></span>preloop</header>
<main>${main}</main>
</body>
</html>
`;
}

/** Untrusted text inside a line. */
export function isolated(text: string): Html {
  return html`<bdi>${makeVisible(text).text}</bdi>`;
}

/** A moment as text for people, in the time zone of the machine that serves the page. */
export function moment(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${day.format(at)}, ${clock.format(at)}</time>`;
}

/** The same without the day, where it is today. */
export function momentFrom(now: Date, at: Date): Html {
  if (day.format(now) !== day.format(at)) return moment(at);
  return html`<time datetime="${at.toISOString()}">${clock.format(at)}</time>`;
}

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "long" });

/** What the reader must know before anything else on the page; may quote untrusted text. */
export function notice(error: { readonly text: string } | undefined): Html | "" {
  return error === undefined ? "" : html`<p class="notice" role="alert">${isolated(error.text)}</p>`;
}
