import type { CodeableConcept, Coding, Reference, Resource } from "@medplum/fhirtypes";

/** FHIR's ids take no underscore: `pat_2x8J` is `pat-2x8J` there. */
export function idOf(id: string): string {
  return id.replace("_", "-");
}

/** The visit that came of an appointment goes by the appointment's id. */
export function encounterIdOf(appointment: string): string {
  return `enc-${idOf(appointment)}`;
}

export function referTo<Of extends Resource>(type: Of["resourceType"], id: string): Reference<Of> {
  return { reference: `${type}/${idOf(id)}` };
}

export function concept({ system, code, display }: Pick<Coding, "system" | "code" | "display">): CodeableConcept {
  return { coding: [{ system, code, ...(display ? { display } : {}) }], ...(display ? { text: display } : {}) };
}

/** One of HL7's code systems. */
export function hl7(name: string): string {
  return `http://terminology.hl7.org/CodeSystem/${name}`;
}

/** A naming system of our own. */
export function local(name: string): string {
  return `urn:praxis:${name}`;
}

/** FHIR's strings are not blank. */
export function stringsOf(lines: readonly string[]): string[] {
  return lines.filter((line) => line.trim() !== "");
}

/** Plain text as FHIR's narrative (XHTML). */
export function narrative(text: string) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const paragraphs = stringsOf(escaped.split("\n")).map((line) => `<p>${line}</p>`);
  return {
    status: "generated" as const,
    div: `<div xmlns="http://www.w3.org/1999/xhtml">${paragraphs.join("") || "<p>-</p>"}</div>`,
  };
}
