import { html } from "hono/html";
import { isPreloopError, type Log, messageOf } from "#base";
import { httpStatusOf } from "#http";
import { isolated, layout, type Page } from "./pages/layout.ts";

type Status = Page["status"];

/** A failure as a page: the status of the error table, and words for a person. A fault of ours says nothing about itself. */
export function problemPage(error: unknown, log: Log): Page {
  if (isPreloopError(error, "link_unknown")) return linkUnknown();
  if (!isPreloopError(error) || httpStatusOf(error) === 500) {
    log.error("the decision page failed", { error: messageOf(error) });
    return page(500, "Something went wrong", "Nothing was decided. Try again, or decide in a terminal.");
  }
  const status = STATUSES.find((known) => known === httpStatusOf(error)) ?? 500;
  return page(status, TITLES[status] ?? "That did not work", error.message);
}

/** The one answer to every link that does not open an approval, whatever is wrong with it. */
function linkUnknown(): Page {
  return page(
    404,
    "This link opens nothing",
    "A link works once, and for a short while. It may have been used, have run out, or be incomplete.",
  );
}

const STATUSES: readonly Status[] = [400, 403, 404, 409, 410, 413, 422, 502, 503];
const TITLES: Partial<Record<Status, string>> = {
  400: "That was not understood",
  403: "Not allowed",
  404: "Not found",
  409: "Already decided",
  410: "Too late",
  413: "Too large",
  422: "That would not work",
  502: "Something went wrong",
  503: "The store is out of reach",
};

function page(status: Status, title: string, words: string): Page {
  const body = html`<section class="card end">
<h1>${title}</h1>
<p>${isolated(words)}</p>
<p class="quiet">Nothing was decided here. To decide, run <code>preloop approvals</code> in a terminal, or ask there for
a fresh link with <code>preloop approvals open</code> and the approval’s ID.</p>
</section>`;
  return { status, body: layout(title, body) };
}
