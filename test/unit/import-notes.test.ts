import { expect, test } from "vitest";
import { mapNote } from "../../lib/import/map-note.ts";
import { common, known, sent } from "./import-known.ts";

const attached = (attachment: object, fields: object = {}) => ({
  id: "r-1",
  subject: common.subject,
  status: "superseded",
  type: { coding: [{ system: "http://loinc.org", code: "34117-2", display: "History and physical note" }] },
  date: "2020-01-01T10:00:00Z",
  content: [{ attachment: { contentType: "application/pdf", url: "https://example.com/1" } }, { attachment }],
  ...fields,
});

test.each([
  ["text/plain; charset=utf-8", Buffer.from("naïve\n"), "naïve\n"],
  ["text/plain;charset=ISO-8859-1", Buffer.from("naïve", "latin1"), "naïve"],
  ["TEXT/PLAIN", Buffer.from("陳"), "陳"],
])("a document's text of type %s is the note", (contentType, bytes, text) => {
  const mapped = mapNote(attached({ contentType, data: bytes.toString("base64") }), known);
  expect(sent(mapped)).toMatchObject({
    kind: "note",
    title: "History and physical note",
    code: { code: "34117-2" },
    text,
  });
});

test.each([
  [attached({ contentType: "text/plain", data: "/w==" }), "attachment-not-readable"],
  [attached({ contentType: "text/plain", data: "IAo=" }), "attachment-empty"],
  [attached({ contentType: "text/plain", url: "Binary/1" }), "attachment-elsewhere"],
  [attached({ contentType: "image/png" }), "attachment-type application/pdf"],
  [attached({}, { content: [] }), "no-attachment"],
  [attached({ contentType: "text/plain", data: "QQ==" }, { status: "entered-in-error" }), "entered-in-error"],
])("a document that holds no text of its own is refused (%#): %s", (document, reason) => {
  expect(() => mapNote(document, known)).toThrow(reason);
});
