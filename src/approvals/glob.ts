// What a wildcard never stands for: controls and whatever else cannot be seen (they hide or end a command), and the
// characters by which a shell starts another one.
const WILD = String.raw`[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point};&|\x60$()<>]*`;

// A step up (`..`, or as a URL may spell it) leads out of whatever folder the literal part names.
const STEP_UP = /(^|[\s\\/='"])(?:\.|%2e){2}([\s\\/'"]|$)/i;

/** Compiles a glob over an argument's text: `*` is any harmless text, `\*` a star, everything else itself. */
export function compileGlob(glob: string): (text: string) => boolean {
  const parts: readonly string[] = glob.match(/\\[\\*]|[\s\S]/gu) ?? [];
  const isWild = parts.includes("*");
  const source = parts.map((part) => {
    if (part === "*") return WILD;
    return (part.length === 2 && part[0] === "\\" ? part[1]! : part).replaceAll(
      /[\\^$.*+?()[\]{}|/-]/g,
      "\\$&",
    );
  });
  const pattern = new RegExp(`^${collapse(source).join("")}$`, "u");
  return (text) => !(isWild && STEP_UP.test(text)) && pattern.test(text);
}

// `**` means what `*` means, and would only give the matcher more to try.
function collapse(source: readonly string[]): readonly string[] {
  return source.filter((part, index) => part !== WILD || source[index - 1] !== WILD);
}
