import * as z from "zod";
import { positionSchema, type WalkPosition } from "../walk-listing.ts";

const cursorSchema = z.object({
  issues: positionSchema,
  comments: positionSchema,
  isAtComments: z.exactOptional(z.literal(true)),
});

/** Positions up to which the two streams of a repository were read. */
export interface RepositoryPosition {
  readonly issues: WalkPosition;
  readonly comments: WalkPosition;
  /** The issues of this walk are read; one that is taken up again goes on with the comments. */
  readonly isAtComments?: true;
}

/** A cursor that cannot be read, of an older preloop for instance, means from the beginning. */
export function readCursor(cursor: string | undefined): RepositoryPosition {
  try {
    return cursorSchema.parse(JSON.parse(cursor ?? ""));
  } catch {
    return { issues: {}, comments: {} };
  }
}

export const writeCursor = (position: RepositoryPosition): string => JSON.stringify(position);
