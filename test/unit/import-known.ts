import * as z from "zod/mini";
import { recordFields } from "../../functions/records/kinds.ts";
import type { Mapped } from "../../lib/import/mapped.ts";
import { Known } from "../../lib/import/references.ts";

export const idOf = (prefix: string) => `${prefix}_${"1".repeat(22)}`;

/** One of each thing that others refer to. */
export const known = new Known();
known.remember(["Patient/p-1"], idOf("pat"));
known.remember(["Practitioner/d-1"], idOf("prc"));
known.remember(["Location/l-1"], idOf("loc"));
known.remember(["Service/185349003"], idOf("svc"));
known.remember(["Encounter/e-1"], idOf("apt"));

export const coded = (code: string) => ({
  coding: [{ system: "http://snomed.info/sct", code, display: "some display" }],
});

/** What the resources of a record have in common. */
export const common = {
  id: "r-1",
  subject: { reference: "Patient/p-1" },
  encounter: { reference: "Encounter/e-1" },
};

/** The body as it goes over the wire; it must be what the contract takes. */
export const sent = ({ body }: Mapped) => z.parse(recordFields, JSON.parse(JSON.stringify(body)));
