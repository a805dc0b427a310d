import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { type Clock, type Log, type Masking, PreloopError, systemClock } from "#base";
import type { Approval } from "#model";
import { answer, look, openLink } from "./decide.ts";
import type { Desk } from "./desk.ts";
import { readBody, readForm } from "./form.ts";
import { onlyOurs } from "./guard.ts";
import { safeHeaders } from "./headers.ts";
import type { Page } from "./pages/layout.ts";
import { problemPage } from "./problem.ts";
import { createSeal } from "./seal.ts";

/** Who looked, as far as the request tells; the last two are the visitor's own words. */
export interface ViewFacts {
  readonly decider: string;
  readonly userAgent: string;
  /** `Sec-Purpose`: a browser or a scanner that fetches ahead. */
  readonly purpose: string;
}

export interface DecisionAppOptions {
  readonly deciders: Desk["deciders"];
  readonly log: Log;
  /** Our own addresses as browsers see them, like `http://127.0.0.1:7717`; asked again for every request. */
  readonly origins: () => readonly string[];
  /** Told of every look at an approval, for the audit. */
  readonly onView?: (approval: Approval, facts: ViewFacts) => void;
  /** Programs that share it accept each other's forms; random by default. */
  readonly sealKey?: Uint8Array;
  readonly masking?: Masking;
  /** Called before masked values are shown to a person; they stay masked when it rejects. */
  readonly onReveal?: Desk["onReveal"];
  readonly clock?: Clock;
}

/** The pages at `/approvals/ID`. Looking never decides and never uses up a link; only our own form does. */
export function createDecisionApp(options: DecisionAppOptions): Hono {
  const desk: Desk = {
    deciders: options.deciders,
    log: options.log,
    seal: createSeal(options.sealKey ?? randomBytes(32)),
    clock: options.clock ?? systemClock,
    masking: options.masking ?? {},
    onReveal: options.onReveal ?? (() => {}),
  };
  const app = new Hono();
  app.use(safeHeaders, onlyOurs(options.origins));
  app.get("/approvals/:id", async (c) => {
    const link = await openLink(desk, idOf(c), tokenOf(c));
    options.onView?.(link.approval, factsOf(c, link.decider));
    return send(c, await look(desk, link));
  });
  app.post("/approvals/:id", async (c) => {
    const form = readForm(c.req.header("content-type"), await readBody(c.req.raw));
    return send(c, await answer(desk, idOf(c), form));
  });
  app.notFound((c) => send(c, problemPage(new PreloopError("link_unknown", "no such page"), desk.log)));
  app.onError((error, c) => send(c, problemPage(error, desk.log)));
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
  const word = (name: string) => (c.req.header(name) ?? "").slice(0, 200);
  return { decider, userAgent: word("user-agent"), purpose: word("sec-purpose") };
}

function send(c: Context, { status, body }: Page): Response | Promise<Response> {
  return c.html(body, status);
}
