import { describe, expect, test } from "vitest";
import { createFrameReader, type RpcId } from "#protocol";

interface Read {
  readonly frames: string[];
  readonly oversize: { id: RpcId | null; bytes: number; isCall: boolean }[];
  readonly invalid: { id: RpcId | null; isCall: boolean }[];
}

function read(chunks: readonly Buffer[], maxBytes = 1000): Read {
  const seen: Read = { frames: [], oversize: [], invalid: [] };
  const reader = createFrameReader({
    maxBytes,
    onFrame: (text) => seen.frames.push(text),
    onOversize: (id, bytes, isCall) => seen.oversize.push({ id, bytes, isCall }),
    onInvalidUtf8: (id, isCall) => seen.invalid.push({ id, isCall }),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return seen;
}

const bytes = (text: string) => Buffer.from(text);

/** A small seeded generator, so that a failing round can be run again. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function cutAnywhere(whole: Buffer, random: (below: number) => number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    const length = 1 + random(random(2) === 0 ? 3 : 60);
    chunks.push(whole.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

describe("lines", () => {
  test("end with either line end, and blank ones are skipped", () => {
    expect(read([bytes('{"a":1}\n\r\n  \n{"b":2}\r\n\n[3]')]).frames).toEqual(['{"a":1}', '{"b":2}', "[3]"]);
  });

  test("come out whole and in order wherever the chunks are cut", () => {
    const letters = ["a", "é", "漢", "😀", '\\"', "\u2028", "\ufffd"];
    for (let seed = 1; seed <= 150; seed++) {
      const random = seeded(seed);
      const lines = Array.from({ length: 1 + random(8) }, (_, at) => {
        const text = Array.from({ length: random(40) }, () => letters[random(letters.length)]).join("");
        return `{"id":${at},"text":"${text}"}`;
      });
      const ends = lines.map((line) => line + (random(2) ? "\n" : "\r\n"));
      expect(read(cutAnywhere(bytes(ends.join("")), random)), `seed ${seed}`).toEqual({
        frames: lines,
        oversize: [],
        invalid: [],
      });
    }
  });

  test("of any damaged bytes never end the reader, and the next line is read", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = seeded(seed);
      const junk = Buffer.from(Array.from({ length: random(300) }, () => random(256)));
      const seen = read(cutAnywhere(Buffer.concat([junk, bytes('\n{"ok":true}\n')]), random), 200);
      expect(seen.frames.at(-1), `seed ${seed}`).toBe('{"ok":true}');
    }
  });

  test("that come in thousands of chunks are not copied again for each of them", () => {
    let copied = 0;
    const chunk = Buffer.alloc(100, "x");
    const copy = chunk.copy.bind(chunk);
    chunk.copy = (target, ...range: number[]) => {
      copied += chunk.length;
      return copy(target, ...range);
    };
    const frames: string[] = [];
    const reader = createFrameReader({
      onFrame: (text) => frames.push(text),
      onOversize: () => expect.unreachable(),
      onInvalidUtf8: () => expect.unreachable(),
    });
    for (let at = 0; at < 20_000; at++) reader.push(chunk);
    reader.push(bytes("\n"));
    expect(frames.map((frame) => frame.length)).toEqual([2_000_000]);
    expect(copied).toBe(2_000_000);
  });
});

describe("a frame over the cap", () => {
  const long = "x".repeat(2000);
  test.for([
    ["id first", `{"jsonrpc":"2.0","id":7,"method":"m","params":{"text":"${long}"}}`, 7, true],
    ["id last", `{"method":"m","params":{"id":1,"text":"${long}"},"id":"é\\n"}`, "é\n", true],
    ["an answer", `{"jsonrpc":"2.0","result":{"id":1,"method":"${long}"},"id":9}`, 9, false],
    ["ids elsewhere only", `{"params":{"id":1,"list":[{"id":2}],"text":"${long}"},"method":"m"}`, null, true],
    ["an escaped key", `{"params":["${long}"],"\\u0069d":3,"method":"m"}`, 3, true],
    ["a quote in a string", `{"params":["${long}\\",\\"id\\":5"],"id":6,"method":"m"}`, 6, true],
    ["an id that is none", `{"id":{"a":1},"method":"m","params":["${long}"]}`, null, true],
    ["an id too long to keep", `{"id":"${long}","method":"m"}`, null, true],
    ["a batch", `[{"id":1,"method":"m","params":["${long}"]}]`, null, false],
    ["no JSON", long, null, false],
  ] as const)("is skipped, and its id is known: %s", ([, line, id, isCall]) => {
    for (let seed = 1; seed <= 5; seed++) {
      const chunks = cutAnywhere(bytes(`${line}\n{"next":1}\n`), seeded(seed));
      const seen = read(chunks);
      expect(seen.oversize).toEqual([{ id, isCall, bytes: Buffer.byteLength(line) }]);
      expect(seen.frames).toEqual(['{"next":1}']);
    }
  });

  test("counts bytes, and one of exactly the cap passes", () => {
    expect(read([bytes("é".repeat(500)), bytes("\n")]).frames).toHaveLength(1);
    expect(read([bytes(`${"é".repeat(500)}x\n`)]).oversize).toHaveLength(1);
  });
});

describe("bytes that are no UTF-8", () => {
  test("are never replaced: the line is reported, with its id", () => {
    const line = Buffer.concat([
      bytes('{"id":4,"method":"m","params":"'),
      Buffer.from([0xff]),
      bytes('"}\n{"a":1}\n'),
    ]);
    expect(read([line])).toEqual({ frames: ['{"a":1}'], oversize: [], invalid: [{ id: 4, isCall: true }] });
  });

  test("are told from a replacement character that was really sent", () => {
    expect(read([bytes('"\ufffd"\n')]).frames).toEqual(['"\ufffd"']);
  });
});
