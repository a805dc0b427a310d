import { sameProject } from "../project-name.ts";

/** An issue's place on GitHub. */
export interface Place {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
  /** `owner/repo`, spelled as in the config where it is there. */
  readonly project: string;
  readonly key: string;
}

/** Reader and writer of the keys of one GitHub: `owner/repo#7`. */
export interface Keys {
  /** The key that an identifier means, undefined when it cannot be one of this GitHub's. */
  read(identifier: string): string | undefined;
  /** Where a key leads; undefined when it is none. */
  place(key: string): Place | undefined;
  /** The place of a number in a project. */
  at(project: string, number: number): Place;
}

const KEY = /^([\w.-]+)\/([\w.-]+)#(\d{1,10})$/;

export function createKeys(apiUrl: string, projects: readonly string[]): Keys {
  const hosts = hostsOf(apiUrl);
  const at = (project: string, number: number): Place => {
    const spelled = projects.find((one) => sameProject(one, project)) ?? project;
    const [owner = "", repo = ""] = spelled.split("/");
    return { owner, repo, number, project: spelled, key: `${spelled}#${number}` };
  };
  const place = (key: string): Place | undefined => {
    const [, owner, repo, number] = KEY.exec(key) ?? [];
    return owner && repo && number ? at(`${owner}/${repo}`, Number(number)) : undefined;
  };
  return {
    at,
    place,
    read(identifier) {
      const text = identifier.trim();
      const [, alone] = /^#(\d{1,10})$/.exec(text) ?? [];
      if (alone) return projects.length === 1 ? at(projects[0]!, Number(alone)).key : undefined;
      const isUrl = /^https?:/i.test(text) && URL.canParse(text);
      const key = isUrl ? fromUrl(new URL(text), hosts) : text;
      return key === undefined ? undefined : place(key)?.key;
    },
  };
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
