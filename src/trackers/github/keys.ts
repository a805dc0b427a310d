import { createProjectKeys, type ProjectKeys, type ProjectPlace } from "../project-keys.ts";

const KEY = /^([\w.-]+\/[\w.-]+)#(\d{1,10})$/;

/** The keys of one GitHub: `owner/repo#7`. */
export function createGitHubKeys(apiUrl: string, projects: readonly string[]): ProjectKeys {
  const hosts = hostsOf(apiUrl);
  return createProjectKeys(projects, { key: KEY, fromUrl: (url) => fromUrl(url, hosts) });
}

/** The parts of `owner/repo`, as the API takes them. */
export function repositoryOf({ project }: Pick<ProjectPlace, "project">): {
  readonly owner: string;
  readonly repo: string;
} {
  const [owner = "", repo = ""] = project.split("/");
  return { owner, repo };
}

/** The API of github.com and its pages live apart; an Enterprise Server's share a host. */
function hostsOf(apiUrl: string): readonly string[] {
  const { host } = new URL(apiUrl);
  return host === "api.github.com"
    ? [host, "github.com", "www.github.com"]
    : [host, host.replace(/^api\./, "")];
}

// A pull request's address is understood too, so that asking for it says what it is.
const PAGE =
  /^(?:\/api\/v3)?(?:\/api)?(?:\/repos)?\/([\w.-]+)\/([\w.-]+)\/(?:issues|pull)\/(\d{1,10})(?:\/|$)/;

function fromUrl(url: URL, hosts: readonly string[]): string | undefined {
  if (!hosts.includes(url.host)) return undefined;
  const [, owner, repo, number] = PAGE.exec(url.pathname) ?? [];
  return owner && repo && number ? `${owner}/${repo}#${number}` : undefined;
}
