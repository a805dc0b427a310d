import * as z from "zod";
import { type Db, type LoginKey, readLogin, saveLogin } from "#store";
import { seal, unseal } from "./seal.ts";

const clientSchema = z.object({ client_id: z.string(), client_secret: z.string().optional() });

const metadataSchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  response_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});

const loginSchema = z.object({
  authorizationServer: z.string(),
  /** As it was at the login: whoever takes the address over later gets neither refresh token nor client secret. */
  metadata: metadataSchema.optional(),
  client: clientSchema,
  resource: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  /** By the clock of whoever got the token. */
  expiresAt: z.number().optional(),
  scope: z.string().optional(),
});

/** A login at a remote server, as it is kept. */
export type Login = Readonly<z.infer<typeof loginSchema>>;

/** Where logins are kept, and under which key. */
export interface LoginStore {
  readonly db: () => Promise<Db>;
  readonly key: () => Promise<Uint8Array>;
}

/** The login that is kept, and the version of it. */
export async function openLogin(
  { db, key }: LoginStore,
  at: LoginKey,
): Promise<{ readonly login: Login; readonly version: number } | undefined> {
  const row = await readLogin(await db(), at);
  if (!row) return undefined;
  const text = unseal(await key(), associatedDataOf(at), row.sealed);
  return { login: loginSchema.parse(JSON.parse(text)), version: row.version };
}

export async function keepLogin({ db, key }: LoginStore, at: LoginKey, login: Login): Promise<void> {
  await saveLogin(await db(), at, seal(await key(), associatedDataOf(at), JSON.stringify(login)));
}

function associatedDataOf({ user, url }: LoginKey): string {
  return `${user}\n${url}`;
}

/** What an authorization server handed out, added to what it was handed out for. */
export function withTokens(
  login: Omit<Login, "accessToken">,
  tokens: {
    readonly access_token: string;
    readonly refresh_token?: string | undefined;
    readonly expires_in?: number | undefined;
    readonly scope?: string | undefined;
  },
): Login {
  return {
    ...login,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? login.refreshToken,
    expiresAt: tokens.expires_in === undefined ? undefined : Date.now() + tokens.expires_in * 1_000,
    scope: tokens.scope ?? login.scope,
  };
}
