import { expect, it } from "vitest";
import { addressOf, type Exchange } from "../../functions/kernel/exchange.ts";
import { route } from "../../functions/kernel/route.ts";

process.env["ORIGINS"] = "https://app.example.org";
const { answerOf } = await import("../../functions/kernel/answer.ts");

const made = route({
  method: "POST",
  path: "/v1/patients/{patientId}/records",
  summary: "Make",
  allow: "public",
  shows: [],
  rights: {},
  answer: { status: 201 },
});

function asked(path: string): Exchange {
  const requestContext = { path, requestId: "r1" } as Exchange["requestContext"];
  return {
    path: "/v1/patients/pat_1/records",
    pathParameters: { patientId: "pat_1" },
    headers: {},
    requestContext,
  } as unknown as Exchange;
}

it.each([
  ["behind a stage", "/prod/v1/patients/pat_1/records", "/prod/v1/patients/pat_1/records/rec_1"],
  ["behind a domain of its own", "/v1/patients/pat_1/records", "/v1/patients/pat_1/records/rec_1"],
])("Location leads to the made thing %s", (_, path, location) => {
  expect(answerOf(made, asked(path), { id: "rec_1" }).headers?.["location"]).toBe(location);
});

it("the API's address is that by which the caller reached it, stage and all", () => {
  const reached = (path: string, domainName: string, headers = {}) => {
    const event = asked(path);
    return addressOf({ ...event, headers, requestContext: { ...event.requestContext, domainName } });
  };
  const path = "/v1/patients/pat_1/records";
  expect(reached(`/live${path}`, "x1.execute-api.eu-west-1.amazonaws.com")).toBe(
    "https://x1.execute-api.eu-west-1.amazonaws.com/live",
  );
  expect(reached(path, "api.example.org")).toBe("https://api.example.org");
  expect(reached(path, "127.0.0.1:3000", { "X-Forwarded-Proto": "http" })).toBe("http://127.0.0.1:3000");
});
