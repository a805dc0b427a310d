import { removeDotSegments } from "./location.ts";
import { windowsNames } from "./path.ts";
import { type UrlReadings, writeUrl } from "./url.ts";

/**
 * What a careless server may take a URL for beside its readings: with no user name and port before its path, and with
 * names as Windows opens them. Too wide for whoever lets something through, and right for whoever stops it.
 */
export function looseReadings(url: UrlReadings): readonly string[] {
  const { authorities = [undefined], isRooted, isWeb } = url;
  const bare = authorities.map((authority) => (isWeb ? withoutPort(authority) : bareHost(authority)));
  const onWindows =
    isWeb || !isRooted
      ? []
      : url.raw.flatMap(({ path, ...end }) =>
          windowsNames(path.split(/[\\/]/)).map((names) => ({
            ...end,
            parts: removeDotSegments(names, true),
          })),
        );
  const loose = new Set<string>();
  for (const authority of bare) for (const path of url.paths) loose.add(writeUrl(url, authority, path));
  for (const authority of [...authorities, ...bare])
    for (const path of onWindows) loose.add(writeUrl(url, authority, path));
  return [...loose];
}

// In a scheme of somebody's own the host may be the name of a folder.
function bareHost(authority: string | undefined): string | undefined {
  return withoutPort(authority?.replace(/^.*@/s, ""))?.replace(/(?<=[^. ])[. ]+$/, "");
}

function withoutPort(authority: string | undefined): string | undefined {
  return authority?.replace(/:\d*$/, "");
}
