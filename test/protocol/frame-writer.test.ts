import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createFrameWriter } from "#protocol";

const tick = () => new Promise((resolve) => setImmediate(resolve));

/** A sink that notes each write and can be made to wait. */
function sink(highWaterMark = 16_384) {
  const writes: string[] = [];
  let release: (() => void) | undefined;
  let held = false;
  const stream = new Writable({
    highWaterMark,
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push(chunk);
      if (held) release = done;
      else done();
    },
  });
  const hold = () => {
    held = true;
  };
  const letGo = () => {
    held = false;
    release?.();
  };
  return { stream, writes, hold, release: letGo };
}

describe("a frame writer", () => {
  test("writes the frames of one tick in one go", async () => {
    const { stream, writes } = sink();
    const writer = createFrameWriter(stream);
    writer.write("1");
    writer.write("2");
    await tick();
    writer.write("3");
    await writer.drained();
    expect(writes).toEqual(["1\n2\n", "3\n"]);
  });

  test("keeps each frame on one line, whatever its source had between tokens", async () => {
    const { stream, writes } = sink();
    const writer = createFrameWriter(stream);
    writer.write('{"a":\r{"jsonrpc":"2.0"}\r\n}');
    await writer.drained();
    expect(writes).toEqual(['{"a": {"jsonrpc":"2.0"}  }\n']);
  });

  test("says when the peer falls behind, and when it has caught up", async () => {
    const { stream, writes, hold, release } = sink(10);
    const writer = createFrameWriter(stream);
    hold();
    expect(writer.write("x".repeat(20))).toBe(true);
    await tick();
    expect(writer.write("later")).toBe(false);
    let caughtUp = false;
    const drained = writer.drained().then(() => (caughtUp = true));
    await tick();
    expect(caughtUp).toBe(false);
    release();
    await drained;
    expect(writes.join("")).toBe(`${"x".repeat(20)}\nlater\n`);
  });

  test("gives up on a peer that stops reading, with bounded memory and once", async () => {
    const { stream, hold } = sink();
    let stalls = 0;
    const writer = createFrameWriter(stream, { maxWaiting: 1000, onStall: () => stalls++ });
    hold();
    for (let at = 0; at < 100; at++) {
      writer.write("x".repeat(100));
      await tick();
    }
    expect(stalls).toBe(1);
    expect(writer.closed).toBe(true);
    expect(stream.writableLength).toBeLessThan(1500);
    await writer.drained();
  });

  test("reports a closed pipe and throws nothing", async () => {
    const child = spawn(process.execPath, ["-e", "process.stdin.destroy()"]);
    const errors: unknown[] = [];
    const writer = createFrameWriter(child.stdin, { onClosed: (error) => errors.push(error) });
    await once(child, "exit");
    for (let at = 0; at < 5; at++) {
      writer.write("x".repeat(100_000));
      await tick();
    }
    await writer.drained();
    expect(writer.closed).toBe(true);
    expect(writer.write("more")).toBe(false);
    expect(errors).toHaveLength(1);
  });

  test("writes what waits before it ends the stream", async () => {
    const stream = new PassThrough();
    const writer = createFrameWriter(stream);
    writer.write("a");
    writer.end();
    expect(writer.write("b")).toBe(false);
    const chunks = await stream.toArray();
    expect(Buffer.concat(chunks).toString()).toBe("a\n");
  });
});
