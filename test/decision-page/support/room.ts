import { onTestFinished } from "vitest";
import { createLog } from "#base";
import { decisionLink, type ServeOptions, serveDecisionPages, type ViewFacts } from "#decision-page";
import type { Db } from "#store";
import { newScene, type Scene } from "../../approvals/support.ts";
import { formOn, type Reply, send } from "./http.ts";

/** Served decision pages over a real store, an agent that asks, and a person with a browser. */
export interface Room extends Scene {
  readonly url: string;
  /** Every line that was logged, at the most talkative level. */
  readonly logged: readonly string[];
  readonly views: readonly ViewFacts[];
  link(id: string, decider?: string, ttlMs?: number): Promise<string>;
  /** Sends a form as our own page would; `headers` and `fields` change that. */
  post(
    link: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string | null>>,
  ): Promise<Reply>;
  /** Opens the link and sends the form `doing`, filled in with `fields`. */
  fill(link: string, doing: string, fields?: Readonly<Record<string, string>>): Promise<Reply>;
  statusOf(id: string): Promise<string>;
}

export async function newRoom(db: Db, options: Partial<ServeOptions> = {}): Promise<Room> {
  const scene = newScene(db);
  const logged: string[] = [];
  const views: ViewFacts[] = [];
  const pages = await serveDecisionPages({
    decisions: scene.deciders,
    log: createLog("DEBUG", (line) => {
      logged.push(line);
    }),
    onView: (_approval, facts) => {
      views.push(facts);
    },
    ...options,
  });
  onTestFinished(() => pages.close());
  const post: Room["post"] = (link, fields, headers = {}) => {
    const { origin, pathname } = new URL(link);
    return send(`${origin}${pathname}`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: origin, ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  };
  return {
    ...scene,
    url: pages.url,
    logged,
    views,
    post,
    link: async (id, decider = "local:bo", ttlMs = 900_000) =>
      decisionLink(pages.url, id, await scene.deciders.mintLink(id, decider, ttlMs)),
    fill: async (link, doing, fields = {}) =>
      post(link, { ...formOn((await send(link)).body, doing), ...fields }),
    statusOf: async (id) => (await scene.deciders.get(id)).status,
  };
}

export function tokenOf(link: string): string {
  return new URL(link).searchParams.get("token")!;
}
