import type * as z from "zod/mini";
import * as fhir from "./fhir.ts";
import { codingOf, type Mapped, read, Unmappable, wordsOf } from "./mapped.ts";
import { entryOf } from "./record-entry.ts";
import type { Known } from "./references.ts";

/** A FHIR R4 DocumentReference that holds its text, as a note. One that later ones replaced was written all the same. */
export function mapNote(resource: unknown, known: Known): Mapped {
  const { id, subject, context, ...document } = read(fhir.documentReference, resource);
  const isError = [document.status, document.docStatus].includes("entered-in-error");
  if (isError) throw new Unmappable("entered-in-error");
  const title = wordsOf(document.type) || document.description || "Clinical note";
  const own = { kind: "note", title, text: textOf(document), code: codingOf(document.type) };
  const occurred = context?.period?.start ?? document.date;
  const encounter = context?.encounter?.[0];
  return entryOf({ type: "DocumentReference", id, patient: subject, encounter, occurred, own }, known);
}

type Attachment = NonNullable<NonNullable<z.infer<typeof fhir.documentReference>["content"]>[number]["attachment"]>;

/** The first attachment in plain text; the others are the same document in other formats (FHIR R4, 10.3.4). */
function textOf({ content = [] }: Pick<z.infer<typeof fhir.documentReference>, "content">): string {
  const attachments = content.flatMap(({ attachment }) => attachment ?? []);
  const plain = attachments.find(({ contentType }) => mediaTypeOf(contentType) === "text/plain");
  if (!plain)
    throw new Unmappable(
      attachments[0] ? `attachment-type ${mediaTypeOf(attachments[0].contentType)}` : "no-attachment",
    );
  if (!plain.data) throw new Unmappable(plain.url ? "attachment-elsewhere" : "attachment-empty");
  const text = decoded(plain);
  if (text.trim() === "") throw new Unmappable("attachment-empty");
  return text;
}

function decoded({ data = "", contentType = "" }: Attachment): string {
  const [, charset = "utf-8"] = /;\s*charset="?([^";\s]+)/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset, { fatal: true }).decode(Buffer.from(data, "base64"));
  } catch {
    throw new Unmappable("attachment-not-readable");
  }
}

function mediaTypeOf(contentType = ""): string {
  const [type = ""] = contentType.toLowerCase().split(";");
  return /^[a-z]+\/[a-z0-9.+-]{1,80}$/.test(type.trim()) ? type.trim() : "unknown";
}
