#!/usr/bin/env node
// React's development build would cost each frame of the terminal view twice the time.
process.env.NODE_ENV ??= "production";
await import("../dist/main.js");
