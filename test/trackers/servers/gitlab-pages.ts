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

type Key = readonly [time: number, id: number];
const FIRST: Key = [0, 0];

/** A page by key: the cursor names the last thing seen, so that no edit shifts the rest. */
export function pageByKey<T>(
  asked: Asked,
  items: readonly T[],
  url: string,
  { keyOf, render }: { readonly keyOf: (item: T) => Key; readonly render: (item: T) => object },
): Reply {
  const perPage = Math.min(100, Number(asked.query.get("per_page") ?? 20));
  const cursor = asked.query.get("cursor");
  const [time, id] =
    cursor === null ? FIRST : (JSON.parse(Buffer.from(cursor, "base64url").toString()) as Key);
  const rest = items.filter((item) => {
    const [itsTime, itsId] = keyOf(item);
    return itsTime > time || (itsTime === time && itsId > id);
  });
  const shown = rest.slice(0, perPage);
  const next = new URLSearchParams(asked.query);
  const last = shown.at(-1);
  if (last) next.set("cursor", Buffer.from(JSON.stringify(keyOf(last))).toString("base64url"));
  const link = rest.length > shown.length ? { link: `<${url}?${next}>; rel="next"` } : {};
  return { status: 200, headers: link, body: shown.map(render) };
}
