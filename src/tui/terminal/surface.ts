import { EventEmitter } from "node:events";

/** Stand-in for the terminal that ink draws on: whole frames arrive, and somebody else paints them. */
export interface Surface {
  readonly stream: NodeJS.WriteStream;
  /** Hands out the last frame once more. */
  repaint(): void;
}

export function createSurface(
  size: () => { readonly columns: number; readonly rows: number },
  paint: (rows: readonly string[]) => void,
): Surface {
  let last: readonly string[] | undefined;
  const stream = Object.assign(new EventEmitter(), {
    isTTY: false,
    write(frame: string): boolean {
      if (frame === "") return true;
      last = frame.split("\n");
      paint(last);
      return true;
    },
  });
  Object.defineProperties(stream, {
    columns: { get: () => size().columns },
    rows: { get: () => size().rows },
  });
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    repaint: () => last && paint(last),
  };
}
