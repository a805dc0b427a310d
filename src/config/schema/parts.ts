import * as z from "zod";
import { parseDuration } from "#base";

/** A key that may be left out; present means present with a value. */
export const maybe = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  z.exactOptional(schema).meta({ description });

/** Text that says something. */
export const text = z.string().min(1);

const DURATION = /^\d+(\.\d+)?\s*(ms|s|m|h|d)$/;

/** `"90s"`, `"15m"`, `"1h"`, `"30d"`: longer than nothing. */
export const duration = z
  .string()
  .regex(DURATION, "is not a duration; write one like 90s, 15m, 1h or 30d")
  .refine((value) => !DURATION.test(value) || parseDuration(value) > 0, "must be longer than nothing");

/** An address preloop fetches from. */
export const httpUrl = z.string().refine(isHttpUrl, "is not an http:// or https:// address");

/** One or more globs, where `*` stands for any run of characters and `?` for one. */
export const globs = z.union([text, z.array(text).min(1)]);

/** A database address without the driver that Python's SQLAlchemy writes into it. */
export function plainDatabaseUrl(url: string): string {
  return url.trim().replace(/^postgres(ql)?(\+\w+)?:\/\//, "postgresql://");
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
