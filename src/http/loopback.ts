const ADDRESSES = ["127.0.0.1", "::1", "localhost"];

/** Whether what listens on `host` is reached from this machine only. */
export function isLoopbackAddress(host: string): boolean {
  return ADDRESSES.includes(host);
}

/** Whether a URL leads to this machine. */
export function isLoopbackUrl({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
