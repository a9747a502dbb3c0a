import * as fhir from "./fhir.ts";
import { codingOf, type Mapped, needed, read } from "./mapped.ts";
import { entryOf } from "./record-entry.ts";
import type { Known } from "./references.ts";

/** A patient's FHIR R4 Device, which does not tell since when they have it; of its carriers the first is kept. */
export function mapDevice(resource: unknown, known: Known): Mapped {
  const { id, patient, udiCarrier = [], ...device } = read(fhir.device, resource);
  const notes: string[] = [];
  const { deviceIdentifier, carrierHRF } = udiCarrier.find((each) => each.deviceIdentifier) ?? {};
  if (udiCarrier.length > (deviceIdentifier ? 1 : 0)) notes.push("udi: another carrier");
  const own = {
    kind: "device",
    code: needed(codingOf(device.type), "no-code"),
    status: needed(device.status, "no-status"),
    udi: deviceIdentifier ? { deviceIdentifier, carrier: carrierHRF || undefined } : undefined,
    lotNumber: device.lotNumber || undefined,
    serialNumber: device.serialNumber || undefined,
    manufactureDate: dayOf(device.manufactureDate, "manufactureDate", notes),
    expirationDate: dayOf(device.expirationDate, "expirationDate", notes),
  };
  return entryOf(
    {
      type: "Device",
      id,
      patient: needed(patient, "no-patient"),
      encounter: undefined,
      occurred: undefined,
      own,
      notes,
    },
    known,
  );
}

/** The day of a FHIR dateTime, where it was told. */
function dayOf(dateTime: string | undefined, field: string, notes: string[]): string | undefined {
  if (dateTime === undefined || dateTime.length >= 10) return dateTime?.slice(0, 10);
  notes.push(`${field}: not a whole date`);
  return undefined;
}
