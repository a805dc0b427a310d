/** The address of the page where the holder of `token` decides approval `id`. Whoever has it can decide: show it to people only. */
export function decisionLink(baseUrl: string, id: string, token: string): string {
  const url = new URL(`approvals/${encodeURIComponent(id)}`, baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
  url.searchParams.set("token", token);
  return url.href;
}
