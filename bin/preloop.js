#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// React's development build would cost each frame of the terminal view twice the time.
process.env.NODE_ENV ??= "production";
// What a call leaves behind is short-lived; the room for it would grow to 32 MB, as much as all the rest together.
setFlagsFromString("--semi-space-growth-factor=1");
await import("../dist/main.js");
