import * as z from "zod";
import { httpUrl, maybe, text } from "./parts.ts";

const token = text.meta({
  description: `An access token; write \${NAME} to read it from the environment.`,
});
const projectsLike = (pattern: RegExp, problem: string) =>
  z.array(text.regex(pattern, problem)).min(1).meta({ description: "The projects to read." });

const githubApp = z.strictObject({
  id: z.union([text, z.int().positive()]).meta({ description: "The app's id or client id." }),
  privateKey: text.meta({
    description: `The app's private key in PEM; write \${NAME} to read it from the environment.`,
  }),
  installation: z.int().positive().meta({ description: "The id of the app's installation." }),
});

const github = z
  .strictObject({
    type: z.literal("github"),
    url: maybe(httpUrl, "The API's address, for GitHub Enterprise: https://github.acme.dev/api/v3."),
    token: z.exactOptional(token),
    app: maybe(githubApp, "A GitHub App to act as, in place of a token."),
    projects: projectsLike(/^[\w.-]+\/[\w.-]+$/, "is no repository; write it like owner/name"),
  })
  .refine(
    ({ token, app }) => (token === undefined) !== (app === undefined),
    "takes a token or an app, one of them",
  );

const gitlab = z
  .strictObject({
    type: z.literal("gitlab"),
    url: maybe(httpUrl, "The address of the GitLab instance; gitlab.com without it."),
    token: z.exactOptional(token),
    oauthToken: maybe(text, "An OAuth access token, in place of a personal, group or project one."),
    projects: projectsLike(/^[^/\s]+(\/[^/\s]+)+$/, "is no project; write its whole path, like group/name"),
  })
  .refine(
    ({ token, oauthToken }) => (token === undefined) !== (oauthToken === undefined),
    "takes a token or an oauthToken, one of them",
  );

const jira = z.strictObject({
  type: z.literal("jira"),
  url: httpUrl.meta({
    description: "The address of the Jira site, with its path if it has one: https://acme.dev/jira.",
  }),
  deployment: z.exactOptional(
    z.enum(["cloud", "server"]).meta({
      description: "server is Jira Server and Data Center. Without it: cloud when there is an email.",
    }),
  ),
  email: maybe(text, "The account the token belongs to, for Jira Cloud."),
  token,
  projects: projectsLike(/^[A-Za-z][A-Za-z0-9_]*$/, "is no project key; write it like APP"),
});

/** Where the issues are. */
export const trackersSchema = z.record(text, z.discriminatedUnion("type", [github, jira, gitlab]));
