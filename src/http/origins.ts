const NAMES = ["127.0.0.1", "localhost", "[::1]"];

/** The origins under which a loopback port is reached, and the public one where something forwards to it. */
export function originsOf(port: number, publicUrl: string | undefined): readonly string[] {
  return [
    ...NAMES.map((name) => new URL(`http://${name}:${port}`).origin),
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin]),
  ];
}

/** Whether a `Host` is one of ours: a name that was rebound to this machine is not. */
export function isOwnHost(host: string, ownOrigins: readonly string[]): boolean {
  return ownOrigins.some((own) => new URL(own).host === host.toLowerCase());
}

/** Whether an `Origin` is one of ours: another site's page is not. */
export function isOwnOrigin(origin: string, ownOrigins: readonly string[]): boolean {
  return ownOrigins.includes(origin);
}
