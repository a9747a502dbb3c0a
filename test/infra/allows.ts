/** A statement of a synthesised policy, references and all. */
export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

/** A request to AWS: the action, the resource as the template refers to it, and the values of condition keys. */
export interface Request {
  action: string;
  resource: unknown;
  keys?: Record<string, unknown[]>;
}

/** Whether any statement allows a request, as IAM evaluates it (IAM User Guide, policy evaluation logic). */
export function allows(statements: readonly Statement[], request: Request): boolean {
  return statements.some((statement) => matches(statement, request));
}

function matches(
  { Effect, Action, Resource, Condition = {} }: Statement,
  { action, resource, keys = {} }: Request,
): boolean {
  if (Effect !== "Allow") throw new Error(`these policies only allow, yet: ${Effect}`);
  return (
    listOf(Action).some((pattern) => isLike(action, pattern)) &&
    listOf(Resource).some((pattern) => pattern === "*" || isSame(pattern, resource)) &&
    Object.entries(Condition).every(([operator, conditions]) =>
      Object.entries(conditions).every(([key, wanted]) => holds(operator, listOf(wanted), keys[key] ?? [])),
    )
  );
}

function holds(operator: string, wanted: readonly unknown[], given: readonly unknown[]): boolean {
  const equalsOne = (value: unknown) => wanted.some((each) => isSame(each, value));
  if (operator === "StringEquals") return given.length === 1 && given.every(equalsOne);
  if (operator === "ForAnyValue:StringEquals") return given.some(equalsOne);
  if (operator === "ForAllValues:StringLike")
    return given.every((value) => wanted.some((each) => isLike(String(value), String(each))));
  throw new Error(`no such operator here: ${operator}`);
}

/** IAM's wildcards: `*` for any text, `?` for any character. */
function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function listOf<Value>(value: Value | Value[]): Value[] {
  return Array.isArray(value) ? value : [value];
}
