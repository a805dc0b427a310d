import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { codeOf, PreloopError } from "#base";

/**
 * A sign of life that the kernel takes down: a listening Unix socket beside the journal. A pid can be reused and means
 * nothing in another container, a lock file outlives its holder, a heartbeat misses a beat on a busy or sleeping
 * machine; but a connect is refused exactly when no process holds the socket any more, SIGKILL included, and it is
 * answered from the kernel's queue even while the holder is busy or stopped.
 */
export interface LivenessSocket {
  close(): void;
}

/** Takes the sign of life up. It stands when this returns, so a journal may be shown after it. */
export function openLivenessSocket(directory: string, writer: string): LivenessSocket {
  const place = socketAddressOf(directory, livenessSocketName(writer));
  const server = net.createServer((socket) => socket.destroy());
  server.on("error", () => {}); // seen below: listen() has bound the socket, or not, when it returns
  server.listen(place.address);
  if (!server.listening) {
    place.leave();
    throw new PreloopError(
      "audit_broken",
      `Cannot open a socket in ${directory}; is the disk full or read-only?`,
    );
  }
  server.unref();
  return {
    close() {
      server.close();
      fs.rmSync(path.join(directory, livenessSocketName(writer)), { force: true });
      place.leave();
    },
  };
}

/** False only when the kernel knows that nobody holds the writer's sign of life. */
export async function isWriterAlive(directory: string, writer: string): Promise<boolean> {
  const place = socketAddressOf(directory, livenessSocketName(writer));
  try {
    return await new Promise<boolean>((resolve) => {
      const socket = net.connect(place.address);
      socket.on("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", (error) => resolve(!["ECONNREFUSED", "ENOENT"].includes(codeOf(error) ?? "")));
    });
  } finally {
    place.leave();
  }
}

export function livenessSocketName(writer: string): string {
  return `${writer}.live`;
}

const MAX_ADDRESS = 103; // what sockaddr_un holds on macOS; Linux has four more

function socketAddressOf(directory: string, name: string): { readonly address: string; leave(): void } {
  const address = path.join(directory, name);
  if (Buffer.byteLength(address) <= MAX_ADDRESS) return { address, leave() {} };
  if (process.platform !== "linux")
    throw new PreloopError(
      "audit_broken",
      `${directory} is too long a path for a socket; set PRELOOP_HOME to a shorter one`,
    );
  const fd = fs.openSync(directory, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  return { address: `/proc/self/fd/${fd}/${name}`, leave: () => fs.closeSync(fd) };
}
