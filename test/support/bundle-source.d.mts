export function bundleSource(entry: string, name?: string): Promise<string>;
export function importSource(entry: string, name: string): Promise<Record<string, unknown>>;
