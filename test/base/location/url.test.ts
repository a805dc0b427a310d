import { expect, test } from "vitest";
import { resolveUrl } from "#base";

// Where others differ from the WHATWG URL of Node and browsers, it is said: Python is urllib.parse, Go is net/url.
test.for<[text: string, resolved: string]>([
  ["https://api.acme.dev", "https://api.acme.dev"],
  ["https://api.acme.dev/v1", "https://api.acme.dev/v1"],
  ["https://api.acme.dev/v1/", "https://api.acme.dev/v1/"],
  ["HTTPS://API.Acme.DEV/V1", "https://api.acme.dev/V1"],
  ["https://api.acme.dev:443/", "https://api.acme.dev/"],
  ["http://api.acme.dev:0080/", "http://api.acme.dev/"],
  ["https://api.acme.dev:8443/x", "https://api.acme.dev:8443/x"],
  ["https://api.acme.dev./x", "https://api.acme.dev/x"],
  ["https://api.acme.dev/v1/../x", "https://api.acme.dev/x"],
  ["https://api.acme.dev/v1/%2e%2E/x", "https://api.acme.dev/x"],
  ["https://api.acme.dev/../../x", "https://api.acme.dev/x"],
  ["https://api.acme.dev//v1//x", "https://api.acme.dev/v1/x"],
  ["https://api/@evil", "https://api/@evil"],
  // Node keeps `%2f`; a server that decodes first does not
  ["https://api/v1/..%2fadmin", "https://api/admin"],
  ["https://api/v1/%252e%252e/admin", "https://api/admin"],
  ["https://api/v1\\..\\admin", "https://api/admin"],
  ["https://api/v1/．．/admin", "https://api/admin"],
  ["https://api/a%20b", "https://api/a b"],
  ["https://api/a%3fb%23c", "https://api/a%3fb%23c"],
  ["https://api/v1?x=/../%2e#y", "https://api/v1?x=/../%2e#y"],
  ["https://münchen.de/x", "https://xn--mnchen-3ya.de/x"],
  ["https://ａｐｉ．acme。dev/", "https://api.acme.dev/"],
  // Python and Go keep such a host as it is, and the resolver reads it as Node does
  ["http://2130706433/", "http://127.0.0.1/"],
  ["http://0x7f.1/", "http://127.0.0.1/"],
  ["http://127.1:80/", "http://127.0.0.1/"],
  ["http://0177.0.0.1/", "http://127.0.0.1/"],
  ["http://[::1]:8080/", "http://[::1]:8080/"],
  ["http://[0:0::1]/", "http://[::1]/"],
  ["http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"],
  ["wss://h:443/x", "wss://h/x"],
  // other schemes
  ["file:///srv/x", "file:///srv/x"],
  ["file:/srv/x", "file:///srv/x"],
  ["file://localhost/srv/x", "file:///srv/x"],
  ["file:///srv/%2e%2e/etc", "file:///etc"],
  ["file:////etc", "file:///etc"],
  ["note:///7", "note:///7"],
  ["note://Inbox/7", "note://Inbox/7"],
  ["note://7/./x", "note://7/x"],
  ["x:y", "x:y"],
  ["constructor:y", "constructor:y"],
  ["urn:isbn:0451450523", "urn:isbn:0451450523"],
  ["mailto:ana@acme.dev", "mailto:ana@acme.dev"],
  ["postgres://u@db:5432/shop/tables", "postgres://u@db:5432/shop/tables"],
  ["git+ssh://git@h/a/../b", "git+ssh://git@h/b"],
])("S-66 the URL %j comes to %j", ([text, resolved]) => {
  expect(resolveUrl(text)).toMatchObject({ kind: "resolved", text: resolved, isLiteral: text === resolved });
});

test.for<[text: string, why: string]>([
  ["", "it is empty"],
  ["api.acme.dev/v1", "it has no scheme"],
  ["//api.acme.dev/v1", "it has no scheme"],
  ["/v1", "it has no scheme"],
  [" https://api/", "it has no scheme"],
  ["https://api/ ", "it holds a control character or a blank at an end"],
  ["https://api/\n", "it holds a control character or a blank at an end"],
  ["ht\ntps://api/", "it has no scheme"],
  ["https://a\tpi/", "it holds a control character or a blank at an end"],
  // Node goes to api, Python says there is no host
  ["https:api/x", "it has no // after https:"],
  ["https:/api/x", "it has no // after https:"],
  ["https:\\\\api\\x", "it has no // after https:"],
  ["https:///api/x", "its host is no plain host name or address"],
  // Node goes to api.acme.dev, Python to evil.dev, Go refuses
  ["https://api.acme.dev\\@evil.dev/", "it has a backslash after its host"],
  ["https://api.acme.dev@evil.dev/", "it has a user name before its host"],
  ["https://@api.acme.dev/", "it has a user name before its host"],
  ["https://u:p@api.acme.dev/", "it has a user name before its host"],
  ["https://api.acme.dev?@evil.dev/", "it has an @ that may end a user name"],
  ["https://api.acme.dev#@evil.dev/", "it has an @ that may end a user name"],
  ["https://api%2eacme.dev/", "its host is no plain host name or address"],
  ["https://api.acme.dev%2f@evil/", "it has a user name before its host"],
  ["https://a b/", "its host is no plain host name or address"],
  ["https://api..acme.dev/", "its host is no plain host name or address"],
  ["https://api.acme.dev../", "its host is no plain host name or address"],
  ["https://api.acme.dev:http/", "its host is no plain host name or address"],
  ["https://api.acme.dev:99999/", "its host is no plain host name or address"],
  ["https://[::1%25eth0]/", "its host is no plain host name or address"],
  // transitional IDNA is fass.de, the current one xn--fa-hia.de
  ["https://faß.de/", "its host is no plain host name or address"],
  ["https://api/%00", "it holds a control or invisible character"],
  ["https://api/%c0%ae", "it holds escapes that are no UTF-8"],
  ["file:srv", "it is a file URL without a full path"],
  ["docs://public/../private", "it steps up past its host"],
  ["docs://public/a?/../../private", "it steps up past its host"],
  ["note:///a?%00", "it holds a control or invisible character"],
  ["docs://../private", "what follows its // may be read in several ways"],
  ["docs://pub%2flic/x", "what follows its // may be read in several ways"],
])("S-66 the URL %j is not resolved: %s", ([text, why]) => {
  expect(resolveUrl(text)).toEqual({ kind: "unresolvable", why });
});

test.for<[text: string, readings: readonly string[]]>([
  ["http://010.0.0.1/", ["http://8.0.0.1/", "http://10.0.0.1/"]],
  ["http://[::ffff:127.0.0.1]/", ["http://[::ffff:7f00:1]/", "http://127.0.0.1/"]],
  ["https://h/v1/..;/admin", ["https://h/v1/..;/admin", "https://h/admin"]],
  ["https://h/admin%3f/../v1", ["https://h/v1", "https://h/admin"]],
  // a `..` takes back the nothing between two slashes, or what stands before both
  ["https://h/admin//../v1", ["https://h/admin/v1", "https://h/v1"]],
  ["https://h/v1/%2e%2e/x", ["https://h/v1/%2e%2e/x", "https://h/x"]],
  // whoever cuts `file://` off knows no query
  ["file:///srv/a?/../../etc", ["file:///etc", "file:///srv/a", "file:///srv/a?/../../etc"]],
  ["file:///srv/#/../../etc/x", ["file:///etc/x", "file:///srv", "file:///srv/#/../../etc/x"]],
  ["note://inbox/7?x/%2e%2e/8", ["note://inbox/7?x/%2e%2e/8", "note://inbox/7", "note://inbox/8"]],
  ["db://shop/t?sql=1", ["db://shop/t?sql=1", "db://shop/t"]],
  ["https://h/v1?x=/../y", ["https://h/v1?x=/../y"]],
])("S-66 the URL %j is read as %j", ([text, readings]) => {
  expect(resolveUrl(text)).toMatchObject({ kind: "resolved", readings });
});

test("where a URL of a browser's leads is among the readings", () => {
  const tokens = ["/", "/", "a", "..", ".", "%2e", "%2f", "\\", ";", "x=1", "．", "%25"];
  let state = 11;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  for (let round = 0; round < 3_000; round++) {
    const text = `https://h/v1/${Array.from({ length: random(9) }, () => tokens[random(tokens.length)]).join("")}`;
    const location = resolveUrl(text);
    const sent = new URL(text).pathname.replace(/%2e/gi, ".").replace(/%ef%bc%8e/gi, "．");
    const walked = `https://h/${sent.split("/").filter(Boolean).join("/")}`.replace(/\/$/, "");
    // The parser of Node 20 forgets a step up behind a name that begins with a dot, and leaves it to the server.
    if (location.kind === "unresolvable" || /\/\.\.?(?:\/|$)/.test(sent)) continue;
    const lower = location.readings.map((reading) => reading.replace(/%2e/gi, ".").replace(/\/$/, ""));
    expect(lower, text).toContain(walked);
  }
});
