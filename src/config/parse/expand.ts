/** Puts environment variables where a text says `${NAME}`; `$${` stands for `${` itself. */
export function expand(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const expanded = text.replaceAll(/\$\$\{|\$\{([^}]*)\}/g, (found, name: string | undefined) => {
    if (name === undefined) return "$" + "{";
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value === undefined) missing.push(name);
    return value ?? found;
  });
  return { text: expanded, missing };
}
