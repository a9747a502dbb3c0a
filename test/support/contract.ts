import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { responses?: Record<string, { content?: Record<string, { schema: object }> }> };
}

const text = readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8");
const document = JSON.parse(text) as Document;

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ ...document, $id: "openapi" });

const templates = Object.keys(document.paths).map((path) => ({
  path,
  matches: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

const known = new Map<string, ValidateFunction>();

/** Throws unless the published document foresees this answer: the status, the content type, the body. */
export function mustBeForeseen(method: string, path: string, status: number, type: string, body: unknown): void {
  const template = templates
    .filter(({ matches }) => matches.test(path))
    .sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0]?.path;
  const operation = template ? document.paths[template]?.[method.toLowerCase()] : undefined;
  if (!template || !operation) return mustBeUnknown(method, path, status);
  const foreseen = operation.responses[String(status)];
  if (!foreseen)
    throw new Error(
      `${method} ${template} answered ${status}, which its document does not foresee: ${JSON.stringify(body)}`,
    );
  const pointer = `/paths/${escaped(template)}/${method.toLowerCase()}/responses/${status}`;
  const reference = (foreseen as { $ref?: string }).$ref?.slice(1) ?? pointer;
  const content = foreseen.content ?? document.components.responses?.[reference.split("/").at(-1) as string]?.content;
  if (!content) return;
  const media = type.split(";")[0] as string;
  if (!content[media])
    throw new Error(`${method} ${template} answered ${status} as ${type}, not as ${Object.keys(content).join(", ")}`);
  const validate = validatorAt(`${reference}/content/${escaped(media)}/schema`);
  if (!validate(body))
    throw new Error(`${method} ${template} answered ${status} against its schema: ${ajv.errorsText(validate.errors)}`);
}

/** A path or method that the document does not have is answered by the server, not by a route. */
function mustBeUnknown(method: string, path: string, status: number): void {
  if (status !== 404 && status !== 405 && method !== "OPTIONS")
    throw new Error(`${method} ${path} is not in the document, yet it answered ${status}`);
}

function validatorAt(pointer: string): ValidateFunction {
  const validate = known.get(pointer) ?? ajv.compile({ $ref: `openapi#${pointer}` });
  known.set(pointer, validate);
  return validate;
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
