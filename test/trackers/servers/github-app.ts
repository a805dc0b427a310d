import {
  createPublicKey,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomBytes,
  verify,
} from "node:crypto";
import type { Asked, Reply } from "./serve.ts";

export interface TestApp {
  readonly id: number;
  readonly privateKey: string;
  readonly installation: number;
}

// Making a key takes a while, and most who start a server have no use for it.
let keys: KeyPairKeyObjectResult | undefined;
const someKeys = () => {
  keys ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
  return keys;
};

/** The door of a GitHub App: takes a JWT signed with the app's key, gives out tokens of its installation. */
export function createAppDoor(): {
  readonly app: TestApp;
  isMinted(token: string): boolean;
  answer(asked: Asked): Reply | undefined;
} {
  const app: TestApp = {
    id: 4711,
    get privateKey() {
      return someKeys().privateKey.export({ type: "pkcs1", format: "pem" }) as string;
    },
    installation: 42,
  };
  const minted = new Set<string>();

  const isSigned = ({ headers }: Asked): boolean => {
    const [, jwt] = /^bearer (.+)$/i.exec(headers.authorization as string) ?? [];
    const [head, payload, signature] = (jwt ?? "").split(".");
    if (!head || !payload || !signature) return false;
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { iss: unknown };
    const key = createPublicKey(someKeys().publicKey.export({ type: "spki", format: "pem" }) as string);
    const isGenuine = verify(
      "sha256",
      Buffer.from(`${head}.${payload}`),
      key,
      Buffer.from(signature, "base64url"),
    );
    return isGenuine && String(claims.iss) === String(app.id);
  };

  return {
    app,
    isMinted: (token) => minted.has(token),
    answer(asked) {
      if (asked.path !== `/app/installations/${app.installation}/access_tokens`) return undefined;
      if (!isSigned(asked))
        return { status: 401, body: { message: "A JSON web token could not be decoded", status: "401" } };
      const token = `ghs_${randomBytes(18).toString("hex")}`;
      minted.add(token);
      const expires = new Date(Date.now() + 3_600_000).toISOString();
      return { status: 201, body: { token, expires_at: expires, permissions: { issues: "write" } } };
    },
  };
}
