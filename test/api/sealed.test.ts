import { describe, expect, it } from "vitest";
import { mustCall } from "../support/client.ts";
import { keyWork } from "../support/keys.ts";
import { dump } from "../support/tables.ts";
import { admin, newPractitioner } from "../support/world.ts";

describe("what a clinic's key seals", () => {
  it("lies where a rotation looks for it, and opens at the place that a rotation knows", async () => {
    await keyWork();
    const away = { start: "2027-08-02T09:00:00Z", end: "2027-08-02T10:00:00Z", reason: "Away" };
    await mustCall("POST", `/v1/practitioners/${await newPractitioner()}/time-off`, { as: admin, body: away });
    const { openFor, openKeyring } = await import("../../functions/kernel/keyring.ts");
    const { clinicBlobsIn, placeIn } = await import("../../lib/keys/places.ts");
    const demo = await openKeyring("cln_DemoClinic000000000001");
    const rows = (await dump("CLINIC_TABLE")).filter((item) => clinicBlobsIn(item).length > 0);
    const own = rows.filter(({ pk }) => pk.split("#")[1] === demo.clinic);
    expect(new Set(own.map(({ pk }) => pk.split("#")[0]))).toEqual(new Set(["ONCE", "PRACTITIONER", "SCHEDULE"]));
    for (const item of own) {
      const { type, id, version } = placeIn(item);
      expect(clinicBlobsIn(item).map(({ attribute }) => attribute)).toEqual(["sealed"]);
      expect(openFor(demo, type, id, version, item["sealed"])).toBeInstanceOf(Object);
    }
  });
});
