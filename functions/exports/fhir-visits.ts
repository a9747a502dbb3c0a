import type {
  Encounter,
  Appointment as FhirAppointment,
  Location as FhirLocation,
  Patient as FhirPatient,
  Practitioner as FhirPractitioner,
} from "@medplum/fhirtypes";
import type { Appointment } from "../appointments/model.ts";
import type { Service } from "../services/model.ts";
import { encounterIdOf, hl7, idOf, referTo } from "./fhir-parts.ts";
import type { ClinicName } from "./fhir-people.ts";

/** What tells of visits beside themselves: for what they were, by the services' ids, and whose visits they are. */
export interface Around {
  clinic: ClinicName;
  services: ReadonlyMap<string, Pick<Service, "name" | "identifier">>;
}

export function appointmentOf(appointment: Appointment, { services }: Around): FhirAppointment {
  const { id, status, start, end, patient, practitioner, location, reason, cancellation, createdAt } = appointment;
  const { identifier } = appointment;
  return {
    resourceType: "Appointment",
    id: idOf(id),
    meta: { lastUpdated: appointment.updatedAt },
    ...(identifier ? { identifier: [identifier] } : {}),
    status,
    ...serviceOf(appointment, services),
    start,
    end,
    created: createdAt,
    ...(reason ? { reasonCode: [{ text: reason }] } : {}),
    ...(cancellation?.reason ? { cancelationReason: { text: cancellation.reason } } : {}),
    participant: [
      { actor: referTo<FhirPatient>("Patient", patient), status: "accepted" },
      { actor: referTo<FhirPractitioner>("Practitioner", practitioner), status: "accepted" },
      ...(location ? [{ actor: referTo<FhirLocation>("Location", location), status: "accepted" as const }] : []),
    ],
  };
}

/** The visit that came of an appointment. */
export function encounterOf(appointment: Appointment, { services, clinic }: Around): Encounter {
  const { id, start, end, patient, practitioner, location, reason, identifier } = appointment;
  const { serviceType: type } = serviceOf(appointment, services);
  return {
    resourceType: "Encounter",
    id: encounterIdOf(id),
    ...(identifier ? { identifier: [identifier] } : {}),
    status: "finished",
    class: { system: hl7("v3-ActCode"), code: "AMB", display: "ambulatory" },
    ...(type ? { type } : {}),
    subject: referTo("Patient", patient),
    participant: [{ individual: referTo("Practitioner", practitioner) }],
    appointment: [referTo("Appointment", id)],
    period: { start, end },
    ...(reason ? { reasonCode: [{ text: reason }] } : {}),
    ...(location ? { location: [{ location: referTo("Location", location) }] } : {}),
    serviceProvider: referTo("Organization", clinic.id),
  };
}

/** A service by its name and, where another system has a number for it, that: as a code, which holds no blanks at its ends. */
function serviceOf({ service }: Appointment, services: Around["services"]) {
  const { name: text, identifier } = services.get(service) ?? {};
  if (!text) return {};
  const isCode = identifier && /^\S+( \S+)*$/.test(identifier.value);
  const coding = isCode ? { coding: [{ system: identifier.system, code: identifier.value, display: text }] } : {};
  return { serviceType: [{ ...coding, text }] };
}
