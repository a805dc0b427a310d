import * as z from "zod";
import { type Mark, markSchema } from "../walk.ts";

const cursorSchema = z.object({
  issues: markSchema,
  comments: markSchema,
  isAtComments: z.exactOptional(z.literal(true)),
});

/** How far the two streams of a repository were read. */
export interface Marks {
  readonly issues: Mark;
  readonly comments: Mark;
  /** The issues of this walk are read; one that is taken up again goes on with the comments. */
  readonly isAtComments?: true;
}

/** A cursor that cannot be read, of an older preloop for instance, means from the beginning. */
export function readCursor(cursor: string | undefined): Marks {
  try {
    return cursorSchema.parse(JSON.parse(cursor ?? ""));
  } catch {
    return { issues: {}, comments: {} };
  }
}

export const writeCursor = (marks: Marks): string => JSON.stringify(marks);
