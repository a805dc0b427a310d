import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { type Clock, type Log, type Masking, PreloopError, systemClock } from "#base";
import type { Approval } from "#model";
import { createCsrfSigner } from "./csrf.ts";
import { answer, resolveLink, viewApproval } from "./decide.ts";
import { readDecisionForm, readFormBody } from "./form.ts";
import { refuseStrangers } from "./guard.ts";
import { safeHeaders } from "./headers.ts";
import type { PageServices } from "./page-services.ts";
import type { Page } from "./pages/layout.ts";
import { problemPage } from "./problem.ts";

/** Facts about who viewed a page, as far as the request tells; the last two are the visitor's own words. */
export interface ViewFacts {
  readonly decider: string;
  readonly userAgent: string;
  /** `Sec-Purpose`: a browser or a scanner that fetches ahead. */
  readonly purpose: string;
}

/** Options of the decision pages' app. */
export interface DecisionAppOptions {
  readonly decisions: PageServices["decisions"];
  readonly log: Log;
  /** Our own addresses as browsers see them, like `http://127.0.0.1:7717`; asked again for every request. */
  readonly origins: () => readonly string[];
  /** Told of every view of an approval, for the audit. */
  readonly onView?: (approval: Approval, facts: ViewFacts) => void;
  /** Programs that share it accept each other's forms; random by default. */
  readonly csrfKey?: Uint8Array;
  readonly masking?: Masking;
  /** Called before masked values are shown to a person; they stay masked when it rejects. */
  readonly onReveal?: PageServices["onReveal"];
  readonly clock?: Clock;
}

/** The pages at `/approvals/ID`. Looking never decides and never uses up a link; only our own form does. */
export function createDecisionApp(options: DecisionAppOptions): Hono {
  const services: PageServices = {
    decisions: options.decisions,
    log: options.log,
    csrf: createCsrfSigner(options.csrfKey ?? randomBytes(32)),
    clock: options.clock ?? systemClock,
    masking: options.masking ?? {},
    onReveal: options.onReveal ?? (() => {}),
  };
  const app = new Hono();
  app.use(safeHeaders, refuseStrangers(options.origins));
  app.get("/approvals/:id", async (c) => {
    const link = await resolveLink(services, idOf(c), tokenOf(c));
    options.onView?.(link.approval, factsOf(c, link.decider));
    return send(c, await viewApproval(services, link));
  });
  app.post("/approvals/:id", async (c) => {
    const form = readDecisionForm(c.req.header("content-type"), await readFormBody(c.req.raw));
    return send(c, await answer(services, idOf(c), form));
  });
  app.notFound((c) => send(c, problemPage(new PreloopError("link_unknown", "no such page"), services.log)));
  app.onError((error, c) => send(c, problemPage(error, services.log)));
  return app;
}

function idOf(c: Context): string {
  const id = c.req.param("id") ?? "";
  if (!/^[0-9a-z]{1,32}$/.test(id)) throw new PreloopError("link_unknown", "malformed id");
  return id;
}

function tokenOf(c: Context): string {
  const [token, ...more] = c.req.queries("token") ?? [];
  if (token === undefined || more.length > 0 || !/^[\w-]{16,128}$/.test(token))
    throw new PreloopError("link_unknown", "malformed token");
  return token;
}

function factsOf(c: Context, decider: string): ViewFacts {
  const header = (name: string) => (c.req.header(name) ?? "").slice(0, 200);
  return { decider, userAgent: header("user-agent"), purpose: header("sec-purpose") };
}

function send(c: Context, { status, body }: Page): Response | Promise<Response> {
  return c.html(body, status);
}
