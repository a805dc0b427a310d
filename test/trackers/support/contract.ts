import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { type Node, resolveRef, standalone } from "./openapi.ts";

/** One exchange as a server saw it. `path` is as it came, without the query and without the API's base. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The parsed request body; undefined when there was none. */
  readonly sent?: unknown;
  readonly status: number;
  /** The parsed response body; undefined when there was none. */
  readonly answered?: unknown;
}

/** A vendor's description as a judge. */
export interface Contract {
  readonly dialect: string;
  /** What is wrong with an exchange, nothing when it is right. */
  check(exchange: Exchange): string[];
}

/** Answers every API may give to everything, whether a description lists them or not. */
const ALWAYS = new Set([304, 401, 403, 404, 405, 429, 500, 502, 503, 504]);

export function createContract(dialect: string, document: Node): Contract {
  const operations = operationsOf(document);
  const strict = newAjv(false);
  const coercing = newAjv(true);
  const compiled = new Map<string, ValidateFunction>();

  function validate(id: string, schema: Node, value: unknown, ajv: Ajv = strict): string[] {
    const check = compiled.get(id) ?? ajv.compile(standalone(document, schema));
    compiled.set(id, check);
    if (check(value)) return [];
    return (check.errors ?? []).slice(0, 5).map((error) => `${id}${error.instancePath} ${error.message}`);
  }

  function checkQuery(operation: Operation, query: string): string[] {
    const described = new Map(
      operation.query.map((parameter) => [bare(parameter.name as string), parameter]),
    );
    return [...new URLSearchParams(query)].flatMap(([name, value]) => {
      const parameter = described.get(bare(name));
      if (!parameter) return [`${operation.id} takes no ?${name}`];
      const schema = parameter.schema as Node;
      const isList = resolveRef(document, schema).type === "array";
      return validate(
        `${operation.id} ?${bare(name)}`,
        wrapped(schema),
        { value: isList ? [value] : value },
        coercing,
      );
    });
  }

  function checkSent(operation: Operation, sent: unknown): string[] {
    if (sent === undefined) return [];
    const schema = operation.body;
    if (!schema) return [`${operation.id} takes no body`];
    const known = resolveRef(document, schema).properties as Node | undefined;
    const strangers = known ? Object.keys(sent as object).filter((name) => !(name in known)) : [];
    return [
      ...strangers.map((name) => `${operation.id} takes no "${name}"`),
      ...validate(`${operation.id} body`, schema, sent),
    ];
  }

  function checkAnswer(operation: Operation, { status, answered }: Exchange): string[] {
    const response = operation.responses[String(status)];
    if (!response) return ALWAYS.has(status) ? [] : [`${operation.id} never answers ${status}`];
    const content = resolveRef(document, response as Node).content as Record<string, Node> | undefined;
    const schema = content?.["application/json"]?.schema as Node | undefined;
    return schema ? validate(`${operation.id} ${status}`, schema, answered) : [];
  }

  return {
    dialect,
    check(exchange) {
      const operation = operations.find(
        (one) => one.method === exchange.method && one.pattern.test(exchange.path),
      );
      if (!operation) return [`${exchange.method} ${exchange.path} is not in the description`];
      return [
        ...checkQuery(operation, exchange.query),
        ...checkSent(operation, exchange.sent),
        ...checkAnswer(operation, exchange),
      ];
    },
  };
}

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly query: readonly Node[];
  readonly body: Node | undefined;
  readonly responses: Node;
}

function operationsOf(document: Node): Operation[] {
  const found = Object.entries(document.paths as Record<string, Node>).flatMap(([template, item]) =>
    ["get", "post", "put", "patch", "delete"].flatMap((method) => {
      const operation = item[method] as Node | undefined;
      if (!operation) return [];
      const parameters = [...list(item.parameters), ...list(operation.parameters)].map((one) =>
        resolveRef(document, one),
      );
      const requestBody = operation.requestBody
        ? resolveRef(document, operation.requestBody as Node)
        : undefined;
      const content = requestBody?.content as Record<string, Node> | undefined;
      return [
        {
          id: `${method.toUpperCase()} ${template}`,
          method: method.toUpperCase(),
          pattern: new RegExp(`^${template.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "[^/]+")}$`),
          query: parameters.filter((parameter) => parameter.in === "query"),
          body: content?.["application/json"]?.schema as Node | undefined,
          responses: operation.responses as Node,
        },
      ];
    }),
  );
  // `/issues/comments` before `/issues/{issue_number}`.
  return found.sort((a, b) => holes(a.id) - holes(b.id));
}

const holes = (id: string) => id.split("{").length;
const bare = (name: string) => name.replace(/\[.*$/, "");
const list = (value: unknown) => (value ?? []) as Node[];
const wrapped = (schema: Node): Node => ({ type: "object", properties: { value: schema } });

function newAjv(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ strict: false, coerceTypes, validateFormats: true, logger: false });
  (formats as unknown as { default: (ajv: Ajv) => void }).default(ajv);
  return ajv;
}
