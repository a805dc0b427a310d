import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { maskSecrets } from "../checks/hygiene.ts";

interface Written {
  readonly title: string;
  readonly body: string;
}

/** What changes, as a unified diff of the title and of the description; secrets are masked on both sides. */
export function diffOf(before: Written, after: Written): string {
  return [patch("title", before.title, after.title), patch("description", before.body, after.body)]
    .filter((text) => text !== "")
    .join("\n");
}

function patch(name: string, before: string, after: string): string {
  if (before === after) return "";
  const [old, now] = [before, after].map(
    (text) => `${maskSecrets(text).replace(/\r\n/g, "\n").replace(/\n*$/, "")}\n`,
  );
  return createTwoFilesPatch(name, name, old!, now!, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
