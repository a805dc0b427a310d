import { PreloopError } from "#base";

const NEXT_STEP = "write it like postgresql://user:password@host:5432/database";

/** Reads the spellings of a PostgreSQL URL that people use, SQLAlchemy's `postgresql+psycopg://` among them. */
export function readDatabaseUrl(text: string): { readonly connectionString: string; readonly shown: string } {
  const match = /^(?:postgres|postgresql)(?:\+\w+)?:\/\/(.*)$/s.exec(text.trim());
  if (!match) throw new PreloopError("config_invalid", `DATABASE_URL is not a PostgreSQL URL; ${NEXT_STEP}`);
  const url = parse(`postgresql://${match[1]}`);
  const parameters = url.searchParams;
  // libpq, and so psycopg, psql and the providers' own pages, take sslmode=require as "encrypt"; node-postgres alone
  // would check the certificate against the public authorities.
  if (parameters.has("sslmode") && parameters.get("sslmode") !== "no-verify")
    parameters.set("uselibpqcompat", "true");
  return { connectionString: url.href, shown: withoutSecrets(url) };
}

/** A PostgreSQL URL as it may be shown and logged. */
export function shownUrl(text: string): string {
  try {
    return readDatabaseUrl(text).shown;
  } catch {
    return "an unreadable DATABASE_URL";
  }
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    // The cause would carry the text, password and all.
    throw new PreloopError(
      "config_invalid",
      `DATABASE_URL cannot be read; special characters in the password must be percent-encoded; ${NEXT_STEP}`,
    );
  }
}

function withoutSecrets(url: URL): string {
  const user = url.searchParams.get("user") ?? decode(url.username);
  const shown = `postgresql://${user && `${user}@`}${url.host}${url.pathname}`;
  const host = url.searchParams.get("host");
  return host ? `${shown}?host=${host}` : shown;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
