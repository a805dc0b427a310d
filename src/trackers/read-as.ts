import type * as z from "zod";
import { PreloopError } from "#base";

/** What a tracker answered, checked. @throws tracker_failed when it is not what the call is documented to answer */
export function readAs<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  { tracker, about }: { readonly tracker: string; readonly about: string },
): z.output<Schema> {
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  const { path = [], message = "" } = read.error.issues[0] ?? {};
  throw new PreloopError(
    "tracker_failed",
    `${tracker} answered the call for ${about} with something else (${path.join(".")}: ${message}); see whether trackers.${tracker}.url is the right API`,
    { data: { tracker } },
  );
}
