/** A piece of an OpenAPI document. */
export type Node = { readonly [name: string]: unknown };

/** What a `$ref` stands for; the node itself when it is none. */
export function resolveRef(document: Node, node: Node): Node {
  if (typeof node.$ref !== "string") return node;
  const target = node.$ref
    .slice(2)
    .split("/")
    .reduce<unknown>((at, name) => (at as Node)[name.replaceAll("~1", "/").replaceAll("~0", "~")], document);
  return resolveRef(document, target as Node);
}

/** The schema as JSON Schema that stands alone: with what it refers to, and `nullable` as a union. */
export function standalone(document: Node, schema: Node): Node {
  const definitions: Record<string, unknown> = {};
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== "object" || node === null) return node;
    const one = node as Node;
    if (typeof one.$ref === "string") {
      const name = one.$ref.replaceAll(/[^A-Za-z0-9]/g, "_");
      if (!(name in definitions)) {
        definitions[name] = true; // while it is being made: schemas refer to themselves
        definitions[name] = visit(resolveRef(document, one));
      }
      const target = { $ref: `#/definitions/${name}` };
      return one.nullable === true ? { anyOf: [target, { type: "null" }] } : target;
    }
    const kept = Object.fromEntries(
      Object.entries(one)
        .filter(([name]) => !IGNORED.has(name) && !name.startsWith("x-"))
        .map(([name, value]) => [name, visitMember(name, value)]),
    );
    return withNull(kept);
  };
  const visitMember = (name: string, value: unknown): unknown => {
    if (isData(name)) return value;
    // A map of names to schemas: a property may be called "example".
    if (name === "properties")
      return Object.fromEntries(Object.entries(value as Node).map(([key, item]) => [key, visit(item)]));
    return visit(value);
  };
  const root = visit(schema) as Node;
  return { ...root, definitions };
}

const IGNORED = new Set(["discriminator", "xml", "externalDocs", "example", "examples", "deprecated"]);
const isData = (name: string) =>
  name === "enum" || name === "const" || name === "default" || name === "required";

function withNull(schema: Record<string, unknown>): Record<string, unknown> {
  if (schema.nullable !== true) return schema;
  const { nullable: _, ...rest } = schema;
  if (typeof rest.type === "string" && !("enum" in rest)) return { ...rest, type: [rest.type, "null"] };
  return { anyOf: [rest, { type: "null" }] };
}
