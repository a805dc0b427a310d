import * as z from "zod";
import { readAs } from "../read-as.ts";
import { fieldRefused, projectRefused, unexpected } from "../refusals.ts";
import type { JiraContext } from "./read.ts";
import {
  createFieldsSchema,
  editFieldsSchema,
  issueTypesSchema,
  type JiraField,
  userSchema,
} from "./schema.ts";

/** Screen that fields are to be set on: on a new issue of a type, or on one that is there. */
export type Screen =
  | { readonly kind: "create"; readonly project: string; readonly typeId: string }
  | { readonly kind: "edit"; readonly key: string };

const PER_PAGE = "200";

/** The type of a new issue: the one named, or the project's first that is no part of another. */
export async function typeIdOf(
  site: JiraContext,
  project: string,
  name: string | undefined,
  signal?: AbortSignal,
): Promise<string> {
  const about = `the types of issues of ${project}`;
  const answer = await site.client.ask({
    about,
    signal,
    method: "GET",
    path: `issue/createmeta/${encodeURIComponent(project)}/issuetypes`,
    query: { maxResults: PER_PAGE },
  });
  if (answer.status === 404 || answer.status === 400)
    throw projectRefused(site.name, project, String(answer.status));
  if (answer.status >= 300) throw unexpected(site.name, about, answer);
  const read = readAs(issueTypesSchema, answer.data, { tracker: site.name, about });
  const types = read.issueTypes ?? read.values ?? [];
  const wanted = name?.toLowerCase();
  const type = types.find((each) =>
    wanted === undefined ? !each.subtask : each.name.toLowerCase() === wanted,
  );
  if (type) return type.id;
  const names = types.map((each) => each.name);
  throw fieldRefused(
    site.name,
    "type",
    `${project} has no ${name ?? "types of issues for this token"}`,
    names,
  );
}

/** The value of a priority called so. @throws field_refused with the possible ones */
export async function priorityOf(site: JiraContext, screen: Screen, name: string, signal?: AbortSignal) {
  const field = (await fieldsOf(site, screen, signal)).get("priority");
  if (!field)
    throw fieldRefused(site.name, "priority", "it is not on the project's screen for issues of this type");
  const values = (field.allowedValues ?? []).filter((each) => each.id && each.name);
  const value = values.find((each) => each.name!.toLowerCase() === name.trim().toLowerCase());
  if (value) return { id: value.id! };
  const names = values.map((each) => each.name!);
  throw fieldRefused(site.name, "priority", `there is none called "${name}"`, names);
}

async function fieldsOf(
  site: JiraContext,
  screen: Screen,
  signal?: AbortSignal,
): Promise<Map<string, JiraField>> {
  const isEdit = screen.kind === "edit";
  const about = isEdit ? `the fields of ${screen.key}` : `the fields of a new issue in ${screen.project}`;
  const answer = await site.client.ask({
    about,
    signal,
    method: "GET",
    ...(isEdit
      ? { path: `issue/${screen.key}/editmeta` }
      : {
          path: `issue/createmeta/${encodeURIComponent(screen.project)}/issuetypes/${screen.typeId}`,
          query: { maxResults: PER_PAGE },
        }),
  });
  if (answer.status >= 300) throw unexpected(site.name, about, answer);
  const named = { tracker: site.name, about };
  if (isEdit) return new Map(Object.entries(readAs(editFieldsSchema, answer.data, named).fields));
  const read = readAs(createFieldsSchema, answer.data, named);
  return new Map(
    (read.fields ?? read.values ?? []).map((field) => [field.fieldId ?? field.key ?? "", field]),
  );
}

/**
 * The user that a name, a display name, an e-mail or an id means, as an update takes it.
 * @throws field_refused with the candidates when it means several, or nobody
 */
export async function assigneeOf(
  site: JiraContext,
  where: { readonly project: string } | { readonly issueKey: string },
  wanted: string,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const { deployment } = site;
  const name = wanted.trim().replace(/^@/, "");
  const about = `users called ${name}`;
  const byId = deployment.kind === "cloud" && ACCOUNT_ID.test(name);
  const answer = await site.client.ask({
    about,
    signal,
    method: "GET",
    path: "user/assignable/search",
    query: { ...where, [byId ? "accountId" : deployment.userQuery]: name, maxResults: "20" },
  });
  if (answer.status >= 300) throw unexpected(site.name, about, answer);
  const users = readAs(z.array(userSchema), answer.data, { tracker: site.name, about })
    .filter((user) => user.active !== false)
    .flatMap((user) => {
      const id = deployment.userId(user);
      return id === undefined ? [] : [{ ...user, id }];
    });
  const isCalled = (word: string | null | undefined) => word?.toLowerCase() === name.toLowerCase();
  const exact = users.filter((user) =>
    [user.id, user.name, user.emailAddress, user.displayName].some(isCalled),
  );
  const [only, ...more] = exact.length > 0 ? exact : users;
  if (only && more.length === 0) return deployment.userRef(only.id);
  const candidates = users.map(
    (user) => `${user.displayName ?? user.id} (${user.emailAddress ?? user.id}, ${user.id})`,
  );
  if (only)
    throw fieldRefused(
      site.name,
      "assignee",
      `"${wanted}" may be several people; name one by id`,
      candidates,
    );
  throw fieldRefused(site.name, "assignee", `nobody who may be assigned there is called "${wanted}"`);
}

const ACCOUNT_ID = /^(?:[0-9a-f]{24}|[0-9a-z]+:[0-9a-z-]{8,})$/i;

/** Labels as Jira takes them: one word each. */
export function labelsOf(site: JiraContext, labels: readonly string[]): string[] {
  const odd = labels.find((label) => label === "" || /\s/.test(label));
  if (odd === undefined) return [...new Set(labels)];
  throw fieldRefused(
    site.name,
    "labels",
    `Jira's labels are single words, and "${odd}" is none; write it like ${odd.trim().replace(/\s+/g, "-") || "bug"}`,
  );
}
