import { createHash } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { STYLE } from "./pages/style.ts";

const styleHash = createHash("sha256").update(STYLE).digest("base64");

const HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy":
    "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
  // A page is one request, and a refused body may be unread.
  Connection: "close",
  "X-Robots-Tag": "noindex, nofollow, noarchive",
} as const;

/** Every answer, refusals included: nothing runs, nothing is framed, kept, or told to another site. */
export const safeHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
};
