/** An issue as a server begins with it; what is left out gets something plain. Shared by all dialects. */
export interface IssueSeed {
  readonly title: string;
  /** In the dialect's own text. */
  readonly body?: string;
  readonly labels?: readonly string[];
  readonly state?: "open" | "closed";
  readonly assignee?: string;
  readonly author?: string;
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
  readonly comments?: readonly CommentSeed[];
}

export interface CommentSeed {
  readonly body: string;
  readonly author?: string;
  readonly createdAt?: Date;
}

/** Issues by project, and the users who can be assigned. */
export interface Seed {
  readonly projects: Readonly<Record<string, readonly IssueSeed[]>>;
  readonly users?: readonly string[];
}

export const USERS = ["ana", "bo", "cleo"];

export const SMALL_SEED: Seed = {
  users: USERS,
  projects: {
    "acme/app": [
      {
        title: "Login button does nothing on Safari",
        body: "Steps:\n1. open the login page\n2. press the button\n\nExpected: a form.",
        labels: ["bug", "priority: high"],
        author: "ana",
        assignee: "bo",
        createdAt: new Date("2026-02-01T09:00:00Z"),
        comments: [
          { body: "Seen on 17.2, too.", author: "bo", createdAt: new Date("2026-02-02T10:00:00Z") },
          { body: "שלום 👋🏽 \u202eabc", author: "cleo", createdAt: new Date("2026-02-03T10:00:00Z") },
        ],
      },
      { title: "Export as CSV", author: "bo", state: "closed", createdAt: new Date("2026-02-04T09:00:00Z") },
    ],
  },
};

/** Many issues, one a minute, every third with a comment. */
export function manyIssues(count: number, start = new Date("2026-01-01T00:00:00Z")): IssueSeed[] {
  return Array.from({ length: count }, (_, index) => {
    const createdAt = new Date(start.getTime() + index * 60_000);
    const at = new Date(createdAt.getTime() + 10_000);
    return {
      title: `Issue ${index + 1}`,
      body: `Body of issue ${index + 1}.`,
      createdAt,
      ...(index % 3 === 0 ? { comments: [{ body: `Comment on ${index + 1}`, createdAt: at }] } : {}),
    };
  });
}
