import { createProjectKeys, type ProjectKeys } from "../project-keys.ts";

const KEY = /^([\w.-]+(?:\/[\w.-]+)+)#(\d{1,10})$/;
const PAGE = /^\/([\w.-]+(?:\/[\w.-]+)+?)\/(?:-\/)?(?:issues|work_items)\/(?:incident\/)?(\d{1,10})(?:\/|$)/;

/** The keys of one GitLab: `group/name#7`. */
export function createGitLabKeys(host: string, projects: readonly string[]): ProjectKeys {
  const root = new URL(host);
  const base = root.pathname.replace(/\/+$/, "");
  const fromUrl = (url: URL): string | undefined => {
    if (url.host !== root.host || !url.pathname.startsWith(`${base}/`)) return undefined;
    const [, project, iid] = PAGE.exec(url.pathname.slice(base.length)) ?? [];
    return project && iid ? `${project}#${iid}` : undefined;
  };
  return createProjectKeys(projects, { key: KEY, fromUrl });
}
