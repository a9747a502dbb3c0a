import { describe, expect, it } from "vitest";
import { looksLike, type MediaType, mustGiveOut, piecesOf } from "../../functions/documents/model.ts";
import { mediaTypes } from "../../functions/documents/routes.ts";
import { verdictIn } from "../../functions/documents/verdict.ts";

const mib = 1024 * 1024;
const nothing = Buffer.alloc(0);

describe("the pieces of a document", () => {
  it("are one where it is sent whole", () => {
    expect(piecesOf({ size: 7, sha256: "sum" }, {}, 1)).toEqual({
      pieces: [{ number: 1, offset: 0, size: 7, sha256: "sum" }],
    });
  });

  it("follow each other without a gap, the last as long as what is left", () => {
    const { pieces, next } = piecesOf({ size: 20 * mib + 1, sha256: "-" }, { parts: ["a", "b", "c"] }, 1);
    expect(pieces).toEqual([
      { number: 1, offset: 0, size: 10 * mib, sha256: "a" },
      { number: 2, offset: 10 * mib, size: 10 * mib, sha256: "b" },
      { number: 3, offset: 20 * mib, size: 1, sha256: "c" },
    ]);
    expect(next).toBeUndefined();
  });

  it("are none after the last", () => {
    expect(piecesOf({ size: 7, sha256: "sum" }, {}, 2)).toEqual({ pieces: [] });
  });

  it("are told a hundred at a time", () => {
    const parts = Array.from({ length: 201 }, (_, n) => String(n));
    const size = 201 * 10 * mib;
    const told = [1, 101, 201].map((from) => piecesOf({ size, sha256: "-" }, { parts }, from));
    expect(told.map(({ pieces, next }) => [pieces[0]?.number, pieces.length, next])).toEqual([
      [1, 100, 101],
      [101, 100, 201],
      [201, 1, undefined],
    ]);
  });
});

describe("a document's type", () => {
  it.each(mediaTypes.filter((type) => type !== "text/plain"))("%s is believed where it was seen", (type) => {
    expect(looksLike(type, type, nothing)).toBe(true);
    expect(mediaTypes.filter((other) => looksLike(type, other, nothing))).toEqual([type]);
    expect(looksLike(type, undefined, nothing)).toBe(false);
    expect(looksLike(type, "text/html", nothing)).toBe(false);
  });

  it("is text where nothing else was seen and it reads as UTF-8", () => {
    const text = (bytes: Uint8Array, taken?: string) => looksLike("text/plain", taken, bytes);
    expect(text(Buffer.from("Zoë, 陳大文"))).toBe(true);
    expect(text(Buffer.from("Zoë").subarray(0, 3))).toBe(true);
    expect([text(Buffer.from([0xff, 0xfe])), text(Buffer.from("a\0b")), text(nothing, "application/pdf")]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("of a Word document may be seen as that of the archive it is", () => {
    const word: MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    expect(looksLike(word, "application/zip", nothing)).toBe(true);
    expect(looksLike("application/pdf", "application/zip", nothing)).toBe(false);
  });
});

describe("the gate", () => {
  const given = (status: "uploading" | "stored", scan: "pending" | "clean" | "quarantined", gate: boolean) => {
    try {
      mustGiveOut({ status, scan }, gate);
      return "given";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it.each([
    ["stored", "pending", true, "not-scanned"],
    ["stored", "pending", false, "given"],
    ["stored", "clean", true, "given"],
    ["stored", "clean", false, "given"],
    ["stored", "quarantined", true, "quarantined"],
    ["stored", "quarantined", false, "quarantined"],
    ["uploading", "clean", true, "not-stored"],
    ["uploading", "pending", false, "not-stored"],
  ] as const)("answers for one that is %s and %s, with the gate on: %s, %s", (status, scan, gate, answer) => {
    expect(given(status, scan, gate)).toBe(answer);
  });
});

describe("a scanner's verdict", () => {
  const ids = { clinic: "cln_1", patient: "pat_2", document: "doc_3" };
  const told = (scanResultStatus: string, objectKey = "documents/cln_1/pat_2/doc_3", bucketName = "ours") =>
    verdictIn(
      { s3ObjectDetails: { bucketName, objectKey, versionId: "v1" }, scanResultDetails: { scanResultStatus } },
      "ours",
    );

  it("is clean or quarantined, for the document that the file's key names", () => {
    expect(told("NO_THREATS_FOUND")).toEqual({ place: ids, file: "v1", verdict: "clean" });
    expect(told("THREATS_FOUND")).toEqual({ place: ids, file: "v1", verdict: "quarantined" });
  });

  it.each(["UNSUPPORTED", "ACCESS_DENIED", "FAILED"])("is none where the scan was %s", (status) => {
    expect(told(status)).toBeUndefined();
  });

  it("is none on another bucket's file, or one that is no document", () => {
    expect(told("NO_THREATS_FOUND", "documents/cln_1/pat_2/doc_3", "theirs")).toBeUndefined();
    expect(told("NO_THREATS_FOUND", "documents/cln_1/pat_2/doc_3/x")).toBeUndefined();
    expect(told("NO_THREATS_FOUND", "exports/cln_1")).toBeUndefined();
  });
});
