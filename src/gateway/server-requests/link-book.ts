/** A record of the links that each server has asked to have opened, by the ids it gave them. */
export interface LinkBook {
  note(server: string, elicitationId: string): void;
  knows(server: string, elicitationId: string): boolean;
}

const MOST = 1_000;

/** No link yet. */
export function createLinkBook(): LinkBook {
  const noted = new Set<string>();
  const keyOf = (server: string, id: string) => JSON.stringify([server, id]);
  return {
    note(server, id) {
      noted.add(keyOf(server, id));
      const [oldest] = noted;
      if (noted.size > MOST) noted.delete(oldest!);
    },
    knows: (server, id) => noted.has(keyOf(server, id)),
  };
}
