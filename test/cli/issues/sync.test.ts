import { describe, expect, test } from "vitest";
import type { ProjectReport, SyncEvent } from "#sync";
import type { SyncAndIndexOptions, SyncAndIndexResult } from "../../../src/app/sync-and-index.ts";
import type { CommandContext } from "../../../src/cli/context.ts";
import { createProgress } from "../../../src/cli/issues/sync-progress.ts";
import { statusLines } from "../../../src/cli/issues/sync-status.ts";
import { incomplete, reportView, syncTableLines } from "../../../src/cli/issues/sync-text.ts";
import { watchTrackers } from "../../../src/cli/issues/sync-watch.ts";

const NOTHING = { added: 0, changed: 0, unchanged: 0, comments: 0, gone: 0, moved: 0, pages: 0 };

const NO_INDEX = { read: 0, embedded: 0, notes: [] };

const done = (fields: Partial<ProjectReport> = {}): ProjectReport => ({
  tracker: "work",
  project: "acme/app",
  outcome: "read",
  ...NOTHING,
  swept: false,
  durationMs: 1_500,
  ...fields,
});

describe("the table after a sync", () => {
  const projects = [
    done({ added: 12, unchanged: 3, swept: true }),
    done({ project: "acme/\u202eevil", outcome: "busy", reader: "process 7 on host" }),
    done({
      tracker: "jira",
      project: "APP",
      outcome: "failed",
      error: { code: "tracker_refused", message: "No entry" },
    }),
  ];

  test("says of every project what came of it, and shows nothing that acts on a terminal", () => {
    const lines = syncTableLines(
      { projects, isComplete: false },
      { read: 1, embedded: 4, notes: ["No \x1bmodel"] },
    );
    expect(lines).toEqual([
      expect.stringMatching(/^TRACKER +PROJECT +STATE +NEW +CHANGED +SAME +COMMENTS +GONE +MOVED +TIME$/),
      expect.stringMatching(/^work +acme\/app +\+ read and swept +12 +0 +3 +0 +0 +0 +0:02$/),
      expect.stringMatching(/^work +acme\/\\u\{202e\}evil +~ being read by process 7 on host +0 /),
      expect.stringMatching(/^jira +APP +x failed /),
      "1 text made findable, 4 embedded by the model.",
      expect.not.stringContaining("\x1b"),
    ]);
  });

  test("is followed by why a project was not read to its end", () => {
    expect(incomplete({ projects, isComplete: false }).message.split("\n")).toEqual([
      expect.stringMatching(/^1 of 3 projects /),
      "  jira › APP: No entry",
    ]);
  });

  test("is one document with --json", () => {
    expect(reportView({ projects: projects.slice(2), isComplete: false }, NO_INDEX)).toEqual({
      complete: false,
      index: NO_INDEX,
      projects: [
        {
          tracker: "jira",
          project: "APP",
          outcome: "failed",
          swept: false,
          ...{ new: 0, changed: 0, unchanged: 0, comments: 0, gone: 0, moved: 0, pages: 0 },
          durationMs: 1_500,
          error: { code: "tracker_refused", message: "No entry" },
        },
      ],
    });
  });
});

describe("the status of projects", () => {
  test("says when each was read and what went wrong", () => {
    const at = new Date("2026-11-23T09:07:31Z");
    const row = { tracker: "work", kind: "github" };
    const lines = statusLines([
      { ...row, project: "acme/app", syncedAt: at, sweptAt: at },
      { ...row, project: "acme/web", syncedAt: at, failedAt: at, lastError: "401\u202e" },
      { ...row, project: "acme/new", reader: "someone" },
      { ...row, project: "acme/half", syncedAt: at, sweep: "list" },
    ]);
    expect(lines.slice(1)).toEqual([
      "work     acme/app   2026-11-23 09:07Z  2026-11-23 09:07Z  + ok",
      "work     acme/web   2026-11-23 09:07Z  never              x 2026-11-23 09:07Z: 401\\u{202e}",
      "work     acme/new   never              never              ~ being read",
      "work     acme/half  2026-11-23 09:07Z  never              . the next run finishes a full one",
    ]);
  });
});

describe("progress", () => {
  const page = (added: number): SyncEvent => ({
    kind: "page",
    tracker: "work",
    project: "acme/app",
    counts: { ...NOTHING, added, comments: 2 },
    total: 400,
  });
  const end: SyncEvent = { kind: "done", tracker: "work", project: "acme/app", report: done({ added: 400 }) };

  function record(isTTY: boolean) {
    let text = "";
    let now = 0;
    const stream = { isTTY, columns: 80, write: (piece: string) => (text += piece) };
    const progress = createProgress(stream, { now: () => new Date(now), ticksMs: () => now });
    for (const added of [100, 200, 300]) {
      progress.show(page(added));
      now += 6_000;
    }
    progress.show(end);
    progress.end();
    return text;
  }

  test("is a moving line with a bar on a terminal, and leaves nothing behind", () => {
    const text = record(true);
    expect(text).toContain("████░░░░░░░░░░░░ 100 of 400 issues, 2 comments");
    expect(text).not.toContain("\n");
    expect(text.endsWith("\r\x1b[K")).toBe(true);
  });

  test("is a line now and then elsewhere, and none when the run is over in a moment", () => {
    expect(record(false).split("\n")).toEqual(["work › acme/app  300 of 400 issues, 2 comments", ""]);
  });
});

describe("a watch", () => {
  /** What a watch says when its runs end like this, one after the other. */
  async function watch(json: boolean, ends: readonly (ProjectReport | Error)[]): Promise<string[]> {
    const lines: string[] = [];
    const notes: string[] = [];
    const out = { line: (text = "") => lines.push(text), note: (text: string) => notes.push(text) };
    const stop = new AbortController();
    const left = [...ends];
    const run = async ({ onEvent }: SyncAndIndexOptions): Promise<SyncAndIndexResult> => {
      const end = left.shift()!;
      if (left.length === 0) stop.abort();
      if (end instanceof Error) throw end;
      onEvent({ kind: "done", tracker: end.tracker, project: end.project, report: end });
      return { report: { projects: [end], isComplete: end.outcome === "read" }, index: NO_INDEX };
    };
    const context = { out } as unknown as CommandContext;
    await watchTrackers({ context, run, everyMs: 1, signal: stop.signal, flags: { json } });
    expect(left).toEqual([]);
    expect(notes).toHaveLength(json ? 0 : 1);
    return lines;
  }

  const failed = done({ outcome: "failed", error: { code: "tracker_failed", message: "502" } });

  test("goes on through failures, and tells each trouble once and when it is over", async () => {
    const ends = [done(), failed, failed, new Error("store gone"), failed, done({ added: 1 }), done()];
    const lines = await watch(false, ends);
    expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ""))).toEqual([
      "work › acme/app  x 502",
      "sync  x store gone",
      "sync  + works again",
      "work › acme/app  + works again",
      "work › acme/app  1 new",
    ]);
  });

  test("is a line of JSON per event with --json", async () => {
    const lines = await watch(true, [failed, new Error("store gone"), done()]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: "project", outcome: "failed", error: { message: "502" } },
      { event: "run", complete: false },
      { event: "run", complete: false, error: "store gone" },
      { event: "project", outcome: "read" },
    ]);
  });
});
