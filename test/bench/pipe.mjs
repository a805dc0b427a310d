// What a Node process in the middle costs at all: bytes in, bytes out, nothing read.
import { spawn } from "node:child_process";

const [command, ...args] = process.argv.slice(2);
const upstream = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
process.stdin.pipe(upstream.stdin);
upstream.stdout.pipe(process.stdout);
upstream.on("exit", (code) => process.exit(code ?? 1));
