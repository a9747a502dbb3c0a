import { expect, test } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { ownClinic } from "../support/own-clinic.ts";

const start = "2027-06-01T09:00:00Z";
const tooLate = "2027-05-31T09:00:01Z";

test("10: with less than the minimum notice staff may override where the policy lets them, and the override is audited", async () => {
  const own = await ownClinic();
  await own.setPolicy({ minimumNoticeMinutes: 1440, staffMayOverride: ["too-soon"] });
  const practitioner = await own.newPractitioner();
  const service = await own.newService([practitioner]);
  const [patient] = await own.newPatients(1);
  const wish = { patient, practitioner, service, start };
  const book = (body: object, at = tooLate) => call("POST", "/v1/appointments", { as: own.desk, at, body });
  expect(await book(wish)).toMatchObject({ status: 422, body: { code: "too-soon" } });
  const { status, body } = await book({ ...wish, override: { reason: "in pain" } });
  expect(status).toBe(201);
  const onTime = await book({ ...wish, start: "2027-06-01T11:00:00Z" }, "2027-05-31T11:00:00Z");
  expect(onTime.status).toBe(201);
  const entries = (await own.itemsOf("AUDIT")).filter(({ action }) => action === "appointment.book");
  const history = await mustCall("GET", `/v1/appointments/${body.id}/history`, { as: own.desk });
  expect(history.items[0].why).toBe("in pain");
  const told = entries.map(({ outcome, code, target, overrode }) => ({ outcome, code, target, overrode }));
  expect(told).toHaveLength(3);
  expect(told).toEqual(
    expect.arrayContaining([
      { outcome: "refused", code: "too-soon", target: undefined, overrode: undefined },
      { outcome: "granted", code: undefined, target: body.id, overrode: ["too-soon"] },
      { outcome: "granted", code: undefined, target: onTime.body.id, overrode: undefined },
    ]),
  );
});
