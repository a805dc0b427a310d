import * as z from "zod";
import { duration, httpUrl, maybe, text } from "./parts.ts";

/** Server names hold no underscore, so the first `__` of `server__tool` always splits. */
export const SERVER_NAME = /^[a-z][a-z0-9-]{0,23}$/;

const toolFilter = z.strictObject({
  allow: maybe(z.array(text), "Globs over the server's own tool names; when given, only these tools exist."),
  deny: maybe(
    z.array(text),
    "Globs over the server's own tool names; these tools do not exist. Wins over allow.",
  ),
});

const oauth = z.strictObject({
  clientId: maybe(text, "preloop's client id there; without it, preloop registers itself."),
  clientSecret: maybe(
    text,
    `The client's secret, if it has one; write \${NAME} to read it from the environment.`,
  ),
  scope: maybe(text, "What to ask for, separated by spaces; what the server names, without it."),
  callbackPort: maybe(
    z.int().min(1).max(65_535),
    "The port of http://127.0.0.1:PORT/callback, where that address is registered; any port without it.",
  ),
});

/** One server behind preloop, in the shape every MCP client uses. */
export const serverSchema = z.strictObject({
  type: maybe(
    z.enum(["stdio", "http", "streamable-http", "sse"]),
    "The transport, as some clients write it; command and url already say it.",
  ),
  command: maybe(text, "The program to start; the server speaks MCP over its stdin and stdout."),
  args: maybe(z.array(z.string()), "Arguments of the program."),
  env: maybe(
    z.record(z.string(), z.string()),
    "Environment variables of the program, besides PATH, HOME and the like.",
  ),
  cwd: maybe(text, "The directory the program starts in."),
  url: maybe(httpUrl, "The address of a remote server."),
  headers: maybe(z.record(z.string(), z.string()), "HTTP headers sent to a remote server."),
  oauth: maybe(oauth, "How preloop login logs in at a remote server, where it cannot find out by itself."),
  disabled: maybe(z.boolean(), "True leaves the server out."),
  prefix: maybe(
    z.boolean(),
    "False keeps the tools' original names instead of server__tool. Two tools with one name are refused at start.",
  ),
  trustAnnotations: maybe(
    z.boolean(),
    "True believes what the server says of its own tools: read-only tools are then allowed without a rule.",
  ),
  localFiles: maybe(
    z.boolean(),
    "True says that the server's files are those of this machine: conditions on paths then follow links, and know where a relative path and ~ lead.",
  ),
  start: maybe(
    z.enum(["eager", "lazy"]),
    "lazy starts the server with the first call that needs it; until then the tools it listed last are listed. eager, without it, starts it with the session.",
  ),
  idleStop: maybe(
    duration,
    "How long the server may have nothing to do before it is stopped, like 10m; the next call starts it again. Without it, it runs as long as the session.",
  ),
  timeoutMs: maybe(z.int().positive(), "How long a call may take at the server, in milliseconds."),
  sampling: maybe(
    z.enum(["allow", "deny"]),
    "Whether the server may ask the client's model. allow, without it; deny also keeps from the server that the client offers it.",
  ),
  elicitation: maybe(
    z.enum(["allow", "links", "deny"]),
    "What the server may ask the person at the client: forms and links (allow, without it), links alone, or nothing.",
  ),
  tools: maybe(
    toolFilter,
    "Which of the server's tools exist at all. What deny matches does not exist as a prompt, a resource or a method either.",
  ),
  methods: maybe(
    z.array(text),
    "Globs over methods that are none of the protocol's and that this server may be asked, like custom/*; policy judges them as it judges calls.",
  ),
  meta: maybe(
    z.array(text),
    "Globs over members of a client's _meta that go to this server with a call, like acme/*; people see them, and an approval is bound to them. Others do not go on.",
  ),
});

/** All servers by name. */
export const serversSchema = z.record(
  z.string().regex(SERVER_NAME, "is no server name: use a-z, then a-z, 0-9 or -, at most 24 characters"),
  serverSchema,
);
