/** Reader of the keys of one Jira: `ABC-1`, and addresses that name one. */
export interface JiraKeys {
  /** The key that an identifier means, undefined when it cannot be one of this Jira's. */
  read(identifier: string): string | undefined;
  /** The project that a key is of, spelled as in the config where it is there. */
  projectOf(key: string): string;
  urlOf(key: string): string;
}

const KEY = /^[a-z][a-z0-9_]*-\d{1,12}$/i;
const PATHS = [
  /^\/browse\/([^/]+)\/?$/,
  /^\/projects\/[^/]+\/issues\/([^/]+)\/?$/,
  /^\/rest\/api\/(?:2|3|latest)\/issue\/([^/]+)\/?$/,
];

export function createJiraKeys(url: string, projects: readonly string[]): JiraKeys {
  const site = new URL(url);
  const base = site.pathname.replace(/\/+$/, "");
  const fromUrl = (address: URL): string | undefined => {
    if (address.host !== site.host || !address.pathname.startsWith(`${base}/`)) return undefined;
    const path = address.pathname.slice(base.length);
    // A board or a search shows an issue beside itself.
    return (
      PATHS.map((pattern) => pattern.exec(path)?.[1]).find(Boolean) ??
      address.searchParams.get("selectedIssue") ??
      undefined
    );
  };
  return {
    read(identifier) {
      const text = identifier.trim();
      const isUrl = /^https?:\/\//i.test(text);
      if (isUrl && !URL.canParse(text)) return undefined;
      const key = isUrl ? fromUrl(new URL(text)) : text;
      return key !== undefined && KEY.test(key) ? key.toUpperCase() : undefined;
    },
    projectOf(key) {
      const name = key.slice(0, key.lastIndexOf("-"));
      return projects.find((project) => project.toUpperCase() === name.toUpperCase()) ?? name;
    },
    urlOf: (key) => `${site.origin}${base}/browse/${key}`,
  };
}
