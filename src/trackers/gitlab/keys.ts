import { sameProject } from "../project-name.ts";

/** An issue's place on a GitLab. */
export interface Place {
  /** `group/sub/name`, spelled as in the config where it is there. */
  readonly project: string;
  readonly iid: number;
  readonly key: string;
}

/** Reader and writer of the keys of one GitLab: `group/name#7`. */
export interface Keys {
  /** The key that an identifier means, undefined when it cannot be one of this GitLab's. */
  read(identifier: string): string | undefined;
  /** Where a key leads; undefined when it is none. */
  place(key: string): Place | undefined;
  at(project: string, iid: number): Place;
}

const KEY = /^([\w.-]+(?:\/[\w.-]+)+)#(\d{1,10})$/;
const PAGE = /^\/([\w.-]+(?:\/[\w.-]+)+?)\/(?:-\/)?(?:issues|work_items)\/(?:incident\/)?(\d{1,10})(?:\/|$)/;

export function createKeys(host: string, projects: readonly string[]): Keys {
  const root = new URL(host);
  const base = root.pathname.replace(/\/+$/, "");
  const at = (project: string, iid: number): Place => {
    const spelled = projects.find((one) => sameProject(one, project)) ?? project;
    return { project: spelled, iid, key: `${spelled}#${iid}` };
  };
  const place = (key: string): Place | undefined => {
    const [, project, iid] = KEY.exec(key) ?? [];
    return project && iid ? at(project, Number(iid)) : undefined;
  };
  const fromUrl = (url: URL): string | undefined => {
    if (url.host !== root.host || !url.pathname.startsWith(`${base}/`)) return undefined;
    const [, project, iid] = PAGE.exec(url.pathname.slice(base.length)) ?? [];
    return project && iid ? `${project}#${iid}` : undefined;
  };
  return {
    at,
    place,
    read(identifier) {
      const text = identifier.trim();
      const [, alone] = /^#(\d{1,10})$/.exec(text) ?? [];
      if (alone) return projects.length === 1 ? at(projects[0]!, Number(alone)).key : undefined;
      const isUrl = /^https?:/i.test(text) && URL.canParse(text);
      const key = isUrl ? fromUrl(new URL(text)) : text;
      return key === undefined ? undefined : place(key)?.key;
    },
  };
}
