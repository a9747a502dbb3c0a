import { expect, test } from "vitest";
import * as z from "zod/mini";
import { locationFields } from "../../functions/locations/routes.ts";
import { mapDevice } from "../../lib/import/map-device.ts";
import { mapLocation } from "../../lib/import/map-location.ts";
import { coded, common, known, sent } from "./import-known.ts";

const riverside = { id: "o-1", name: "Riverside Health", identifier: [{ system: "urn:orgs", value: "O-1" }] };
const organizations = new Map([
  ["Organization/o-1", riverside],
  ["Organization?urn:orgs|O-1", riverside],
]);
const location = { resourceType: "Location", id: "l-1", name: "Riverside, second floor" };

/** What is sent for a location of these fields; it must be what the contract takes. */
function placed(fields: Record<string, unknown>) {
  const { body, ...rest } = mapLocation({ ...location, ...fields }, { organizations, zone: "America/Chicago" });
  return { ...rest, body: z.parse(locationFields, body) };
}

test("a location is in the clinic's zone, at its address, and known by its official identifier or its id", () => {
  const address = { line: ["4 Mill Street"], city: "Albany", state: "NY", country: "US" };
  const telecom = [{ system: "phone", value: "5185550142" }];
  expect(placed({ address, telecom })).toMatchObject({
    body: {
      name: "Riverside, second floor",
      zone: "America/Chicago",
      address: { lines: ["4 Mill Street"], city: "Albany", state: "NY", country: "US" },
      phone: "+15185550142",
      identifier: { system: "urn:praxis:fhir:Location", value: "l-1" },
      active: true,
    },
    notes: [],
  });
  const identifier = [{ use: "official", system: "urn:places", value: "P-1" }];
  expect(placed({ identifier })).toMatchObject({ body: { identifier: { system: "urn:places", value: "P-1" } } });
});

test.each([
  ["its reference", { reference: "Organization/o-1" }, { system: "urn:praxis:fhir:Organization", value: "o-1" }],
  ["its identifier", { identifier: { system: "urn:orgs", value: "O-1" } }, { system: "urn:orgs", value: "O-1" }],
])("an organization named by %s is brought along with its name", (_, managingOrganization, identifier) => {
  const { body, within } = placed({ managingOrganization });
  expect(body.managingOrganization).toEqual({ name: "Riverside Health", identifier });
  expect(within).toEqual([{ kind: "Organization", name: "Organization/o-1" }]);
});

test("an organization that is not in the folder has the name it is referred to with, or is left out and told of", () => {
  const [named, unnamed] = [{ reference: "Organization/o-2", display: "Hilltop" }, { reference: "Organization/o-2" }];
  expect(placed({ managingOrganization: named })).toMatchObject({
    body: { managingOrganization: { name: "Hilltop" } },
    within: [],
  });
  expect(placed({ managingOrganization: unnamed })).toMatchObject({
    within: [],
    notes: ["managingOrganization: without a name"],
  });
});

test("a kind of location has its description for a name; one that is not in use is inactive", () => {
  const home = { name: undefined, mode: "kind", description: "Patient's Home" };
  expect(placed(home).body).toMatchObject({ name: "Patient's Home", active: true });
  for (const status of ["suspended", "inactive"]) expect(placed({ status }).body.active).toBe(false);
  expect(() => placed({ name: "" })).toThrow("no-name");
});

const device = { id: "r-1", patient: common.subject, status: "active", type: coded("337414009") };

test("a patient's device keeps its type, numbers and days", () => {
  const mapped = mapDevice(
    {
      ...device,
      udiCarrier: [{ deviceIdentifier: "96702913868313", carrierHRF: "(01)96702913868313(21)9866037" }],
      lotNumber: "5286",
      serialNumber: "9866037",
      manufactureDate: "1958-07-12T23:58:16-04:00",
      expirationDate: "1983-07",
    },
    known,
  );
  const { occurredAt, ...entry } = sent(mapped);
  expect(occurredAt).toBeUndefined();
  expect(entry).toEqual({
    kind: "device",
    code: { system: "http://snomed.info/sct", code: "337414009", display: "some display" },
    status: "active",
    udi: { deviceIdentifier: "96702913868313", carrier: "(01)96702913868313(21)9866037" },
    lotNumber: "5286",
    serialNumber: "9866037",
    manufactureDate: "1958-07-12",
    identifier: { system: "urn:praxis:fhir:Device", value: "r-1" },
  });
  expect(mapped.notes).toEqual([
    "expirationDate: not a whole date",
    "occurredAt: no date; the time of the import stands for it",
  ]);
});

test("a device without a type or a status, or that is no patient's, is refused", () => {
  expect(() => mapDevice({ ...device, type: { text: "meter" } }, known)).toThrow("no-code");
  expect(() => mapDevice({ ...device, status: undefined }, known)).toThrow("no-status");
  expect(() => mapDevice({ ...device, patient: undefined }, known)).toThrow("no-patient");
});
