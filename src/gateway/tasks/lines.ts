import type { ClientFace } from "#upstreams";
import type { Carrying } from "../carrying.ts";
import { createLine, type Line, type TaskSide } from "../line.ts";
import type { Reverse } from "../reverse.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import type { Task } from "./task.ts";
import { withRelatedTask } from "./words.ts";

interface LegacyParts {
  readonly client: ClientFace;
  readonly task: Task;
  readonly side: TaskSide;
  readonly reverse: Reverse;
  readonly progressToken: string | undefined;
  readonly tellProgress: (params: string) => void;
  readonly carry: Line["carry"];
  readonly serverRequests: ServerRequests;
}

/** The way back to a legacy client that was given a task: it is asked by requests that name the task. */
export function legacyTaskLine({ task, side, reverse, carry, ...rest }: LegacyParts): Line {
  const asking: Reverse = {
    ...reverse,
    async ask(question) {
      task.turn("input_required");
      try {
        return await reverse.ask({ ...question, params: withRelatedTask(question.params ?? "{}", task.id) });
      } finally {
        task.turn("working");
      }
    },
  };
  return { ...createLine({ ...rest, signal: task.signal, reverse: asking }), task: side, carry };
}

interface ModernParts {
  readonly task: Task;
  readonly side: TaskSide;
  /** The way of the request itself, good until it is answered. */
  readonly line: Line;
  readonly isOut: () => boolean;
  readonly carrying: Carrying;
  readonly serverRequests: ServerRequests;
}

/** The way back to a modern client: that of its request, and once that is answered with a task, the task's inputs. */
export function modernTaskLine(parts: ModernParts): Line {
  const { task, side, line, isOut, carrying, serverRequests } = parts;
  const { client } = line;
  const own: Line = {
    client,
    signal: task.signal,
    task: side,
    pause: undefined,
    carry: (upstream) => carrying.board(upstream, own),
    get progressToken() {
      return isOut() ? undefined : line.progressToken;
    },
    tellProgress: (params) => isOut() || line.tellProgress(params),
    ask: (result, from) => serverRequests.askAll({ result, from, client }, (mine) => own.put(mine, from)),
    links: (reply, from) => serverRequests.links(reply, from, client),
    put: (result, from) => (isOut() ? task.inputs.ask(result, task.signal) : line.put(result, from)),
  };
  return own;
}
