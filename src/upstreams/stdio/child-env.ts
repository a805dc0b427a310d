// What a program needs to find its files and speak the user's language; nothing that is likely to hold a secret.
const SAFE = new Set(
  (
    "HOME LANG LANGUAGE LOGNAME PATH SHELL TERM TMPDIR TZ USER " +
    "APPDATA COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA PATHEXT PROCESSOR_ARCHITECTURE PROGRAMDATA PROGRAMFILES " +
    "SYSTEMDRIVE SYSTEMROOT TEMP TMP USERNAME USERPROFILE WINDIR"
  ).split(" "),
);
const SAFE_FAMILY = /^(?:LC|XDG)_[A-Z_]+$/;

type Env = Readonly<Record<string, string | undefined>>;

/** The environment of a server: the harmless part of ours and what the config gives to this server alone. */
export function childEnv(base: Env, own: Env = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    const known = SAFE.has(name.toUpperCase()) || SAFE_FAMILY.test(name);
    // A value that begins like this is a function exported by an old bash.
    if (known && value !== undefined && !value.startsWith("()")) env[name] = value;
  }
  for (const [name, value] of Object.entries(own)) if (value !== undefined) env[name] = value;
  return env;
}
