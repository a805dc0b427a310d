import { sameProject } from "./project-name.ts";
import { issueUnknown } from "./refusals.ts";

/** Place of an issue in a project: `acme/app#7` on GitHub, `group/sub/name#7` on GitLab. */
export interface ProjectPlace {
  /** Its path, spelled as in the config where it is there. */
  readonly project: string;
  /** GitHub's `number`, GitLab's `iid`. */
  readonly number: number;
  readonly key: string;
}

/** Reader and writer of the keys of one tracker whose issues are numbered within their project. */
export interface ProjectKeys {
  /** The key that an identifier means, undefined when it cannot be one of this tracker's. */
  read(identifier: string): string | undefined;
  /** The place that a key names; undefined when it is none. */
  place(key: string): ProjectPlace | undefined;
  /** The place of a number in a project. */
  at(project: string, number: number): ProjectPlace;
}

/** Shape of a vendor's keys and addresses. */
export interface KeyShape {
  /** A whole key; its groups are the project's path and the number. */
  readonly key: RegExp;
  /** The key that an address of the vendor's pages or API names; undefined when it is another's. */
  fromUrl(url: URL): string | undefined;
}

/** The keys of a tracker with these projects in its config; `#7` is understood where there is one project. */
export function createProjectKeys(projects: readonly string[], shape: KeyShape): ProjectKeys {
  const at = (project: string, number: number): ProjectPlace => {
    const spelled = projects.find((one) => sameProject(one, project)) ?? project;
    return { project: spelled, number, key: `${spelled}#${number}` };
  };
  const place = (key: string): ProjectPlace | undefined => {
    const [, project, number] = shape.key.exec(key) ?? [];
    return project && number ? at(project, Number(number)) : undefined;
  };
  return {
    at,
    place,
    read(identifier) {
      const text = identifier.trim();
      const [, alone] = /^#(\d{1,10})$/.exec(text) ?? [];
      if (alone) return projects.length === 1 ? at(projects[0]!, Number(alone)).key : undefined;
      const isUrl = /^https?:/i.test(text) && URL.canParse(text);
      const key = isUrl ? shape.fromUrl(new URL(text)) : text;
      return key === undefined ? undefined : place(key)?.key;
    },
  };
}

/** The place that a key names. @throws issue_unknown when it is no key of the tracker's */
export function findPlace(
  { name, keys }: { readonly name: string; readonly keys: ProjectKeys },
  key: string,
): ProjectPlace {
  const place = keys.place(key);
  if (!place) throw issueUnknown(name, key);
  return place;
}
