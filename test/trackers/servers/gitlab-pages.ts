import type { Asked, Reply } from "./serve.ts";

/** GitLab counts no further. */
const COUNTED = 10_000;

/** A page by number, with totals while GitLab counts them. */
export function pageByNumber<T>(
  asked: Asked,
  items: readonly T[],
  url: string,
  render: (item: T) => object,
): Reply {
  const perPage = Math.min(100, Number(asked.query.get("per_page") ?? 20));
  const page = Number(asked.query.get("page") ?? 1);
  const hasNext = page * perPage < items.length;
  const next = new URLSearchParams(asked.query);
  next.set("page", String(page + 1));
  const totals: Record<string, string> =
    items.length > COUNTED
      ? {}
      : { "x-total": String(items.length), "x-total-pages": String(Math.ceil(items.length / perPage)) };
  return {
    status: 200,
    headers: {
      "x-page": String(page),
      "x-per-page": String(perPage),
      "x-next-page": hasNext ? String(page + 1) : "",
      ...totals,
      ...(hasNext ? { link: `<${url}?${next}>; rel="next", <${url}?page=1>; rel="first"` } : {}),
    },
    body: items.slice((page - 1) * perPage, page * perPage).map(render),
  };
}

/** A page by key: the cursor names the last thing seen, so that no edit shifts the rest. */
export function pageByKey<T>(
  asked: Asked,
  items: readonly T[],
  url: string,
  { keyOf, render }: { readonly keyOf: (item: T) => string; readonly render: (item: T) => object },
): Reply {
  const perPage = Math.min(100, Number(asked.query.get("per_page") ?? 20));
  const cursor = asked.query.get("cursor");
  const after = cursor === null ? "" : Buffer.from(cursor, "base64url").toString("utf8");
  const rest = items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, perPage);
  const next = new URLSearchParams(asked.query);
  const last = shown.at(-1);
  if (last) next.set("cursor", Buffer.from(keyOf(last)).toString("base64url"));
  const link = rest.length > shown.length ? { link: `<${url}?${next}>; rel="next"` } : {};
  return { status: 200, headers: link, body: shown.map(render) };
}
