#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// A session may live for days beside many others, and nearly all that a call makes is dead when it has been answered:
// a small room for the young, a tight one for the old, and no second thread for so little. Set while it runs, since the
// command line is the client's; a Node that knows one of these no more goes on without it.
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=40");
setFlagsFromString("--no-parallel-scavenge");
// React's development build would cost each frame of the terminal view twice the time.
process.env.NODE_ENV ??= "production";
await import("../dist/main.js");
