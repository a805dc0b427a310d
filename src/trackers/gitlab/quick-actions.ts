const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/**
 * GitLab carries out lines like `/close` or `/assign @ana` of a text instead of keeping them. A text of preloop's is
 * text: a backslash, which Markdown hides, keeps it one. In code blocks GitLab leaves such lines alone.
 */
export function asPlainText(markdown: string): string {
  let fence: string | undefined;
  return markdown
    .split("\n")
    .map((line) => {
      const mark = FENCE.exec(line)?.[1];
      if (mark && !fence) fence = mark;
      else if (mark && fence && mark[0] === fence[0] && mark.length >= fence.length) fence = undefined;
      return !fence && /^ {0,3}\/[a-z_]+(\s|$)/i.test(line) ? line.replace("/", "\\/") : line;
    })
    .join("\n");
}
