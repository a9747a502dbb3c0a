import type { allergies } from "./codes.ts";

/** One of the sample patients, as far as it is told by hand: names of many kinds, and what each of them has. */
export interface Person {
  name: { family?: string; given?: string[]; text?: string };
  gender: "female" | "male" | "other";
  birthDate: string;
  language: string;
  /** The record number, where it is not simply the next: the demo clinic knows this person already. */
  mrn?: string;
  /** Before the @ of the e-mail address; without one, there is none. */
  mailbox?: string;
  /** Which of the lasting problems, by SNOMED CT code. */
  lasting: readonly string[];
  allergy?: keyof typeof allergies;
}

export const persons: readonly Person[] = [
  {
    name: { family: "Souza", given: ["Ana"] },
    gender: "female",
    birthDate: "1988-05-14",
    mrn: "DEMO-0001",
    language: "pt-BR",
    mailbox: "ana.souza",
    lasting: ["195967001"],
    allergy: "penicillin",
  },
  {
    name: { family: "Müller-Lüdtke", given: ["Zoë", "Käthe"] },
    gender: "female",
    birthDate: "1959-11-02",
    language: "de-DE",
    mailbox: "zoe.mueller",
    lasting: ["59621000", "55822004"],
  },
  {
    name: { text: "Sukardi" },
    gender: "male",
    birthDate: "1948-08-17",
    language: "id-ID",
    lasting: ["44054006", "59621000"],
  },
  {
    name: { family: "陳", given: ["大文"], text: "陳大文" },
    gender: "male",
    birthDate: "1972-01-30",
    language: "zh-Hant-TW",
    mailbox: "tw.chan",
    lasting: ["55822004"],
  },
  {
    name: { family: "O'Brien", given: ["Siobhán"] },
    gender: "female",
    birthDate: "2000-02-29",
    language: "en-IE",
    mailbox: "siobhan",
    lasting: [],
    allergy: "treeNut",
  },
  {
    name: { family: "García Márquez", given: ["José", "María"] },
    gender: "male",
    birthDate: "1941-06-05",
    language: "es-MX",
    mailbox: "jm.garcia",
    lasting: ["239873007", "59621000"],
  },
  {
    name: { family: "Nguyễn", given: ["Thị", "Hồng"] },
    gender: "female",
    birthDate: "1994-12-24",
    language: "vi-VN",
    mailbox: "hong.nguyen",
    lasting: [],
  },
  {
    name: { family: "Wójcik", given: ["Łukasz"] },
    gender: "male",
    birthDate: "1979-09-19",
    language: "pl-PL",
    mailbox: "lukasz.wojcik",
    lasting: ["44054006"],
    allergy: "dustMite",
  },
  {
    name: { family: "Adébáyò", given: ["Olúwaṣeun"] },
    gender: "male",
    birthDate: "2014-05-07",
    language: "en-US",
    lasting: ["195967001"],
    allergy: "dustMite",
  },
  {
    name: { family: "الحداد", given: ["فاطمة"], text: "فاطمة الحداد" },
    gender: "female",
    birthDate: "1966-04-21",
    language: "ar-EG",
    mailbox: "fatima.h",
    lasting: ["59621000"],
  },
  {
    name: { family: "N'Diaye", given: ["Jean-Luc"] },
    gender: "male",
    birthDate: "1990-10-10",
    language: "fr-FR",
    mailbox: "jl.ndiaye",
    lasting: [],
    allergy: "latex",
  },
  {
    name: { family: "Jónsdóttir", given: ["Sigríður"] },
    gender: "other",
    birthDate: "1983-07-01",
    language: "is-IS",
    mailbox: "sigga",
    lasting: ["239873007"],
  },
];
