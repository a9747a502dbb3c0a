/*
 * What the sample patients have, take and are given, in the terms of the terminologies' owners: SNOMED CT for
 * findings, RxNorm for medicines, CVX for vaccines, LOINC for notes.
 */

export interface Coding {
  system: string;
  code: string;
  display: string;
}

const coding =
  (system: string) =>
  (code: string, display: string): Coding => ({ system, code, display });
const snomed = coding("http://snomed.info/sct");
const rxnorm = coding("http://www.nlm.nih.gov/research/umls/rxnorm");
const cvx = coding("http://hl7.org/fhir/sid/cvx");
const loinc = coding("http://loinc.org");

/** Something to see a doctor for, and what is done about it. */
export interface Problem {
  condition: Coding;
  medication: Coding;
  dosage: string;
  complaint: string;
  plan: string;
}

/** Problems that stay. */
export const lasting: readonly Problem[] = [
  {
    condition: snomed("59621000", "Essential hypertension (disorder)"),
    medication: rxnorm("314076", "lisinopril 10 MG Oral Tablet"),
    dosage: "Take 1 tablet by mouth every morning",
    complaint: "Blood pressure at home has been above 140/90 on most days.",
    plan: "Continue lisinopril. Home readings twice a week, low-salt diet, basic metabolic panel before the next visit.",
  },
  {
    condition: snomed("44054006", "Diabetes mellitus type 2 (disorder)"),
    medication: rxnorm("860975", "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet"),
    dosage: "Take 1 tablet by mouth with the evening meal",
    complaint: "Feels well. Fasting glucose at home between 110 and 150 mg/dL.",
    plan: "Continue metformin. Foot examination normal. Hemoglobin A1c and eye examination due.",
  },
  {
    condition: snomed("55822004", "Hyperlipidemia"),
    medication: rxnorm("312961", "Simvastatin 20 MG Oral Tablet"),
    dosage: "Take 1 tablet by mouth at bedtime",
    complaint: "No muscle pain since starting the statin.",
    plan: "Continue simvastatin. Lipid panel in six months.",
  },
  {
    condition: snomed("195967001", "Asthma"),
    medication: rxnorm("351109", "budesonide 0.25 MG/ML Inhalation Suspension"),
    dosage: "Inhale 2 mL by nebulizer twice a day",
    complaint: "Wheezes when running in cold air, about twice a week. Sleeps through the night.",
    plan: "Continue budesonide. Reviewed inhaling technique and the written action plan.",
  },
  {
    condition: snomed("239873007", "Osteoarthritis of knee"),
    medication: rxnorm("313782", "Acetaminophen 325 MG Oral Tablet"),
    dosage: "Take 2 tablets by mouth every 6 hours as needed for pain",
    complaint: "Right knee stiff in the morning for ten minutes; stairs are hard.",
    plan: "Acetaminophen as needed, physical therapy, weight-bearing X-ray if no better in three months.",
  },
];

/** Problems that pass. */
export const passing: readonly Problem[] = [
  {
    condition: snomed("10509002", "Acute bronchitis (disorder)"),
    medication: rxnorm("313782", "Acetaminophen 325 MG Oral Tablet"),
    dosage: "Take 2 tablets by mouth every 6 hours as needed for fever",
    complaint: "Cough for eight days, at first dry, now with clear sputum. No shortness of breath.",
    plan: "Fluids and rest. No antibiotic. Return if there is fever or breathlessness.",
  },
  {
    condition: snomed("444814009", "Viral sinusitis (disorder)"),
    medication: rxnorm("310965", "Ibuprofen 200 MG Oral Tablet"),
    dosage: "Take 2 tablets by mouth every 8 hours with food, for at most 5 days",
    complaint: "Blocked nose and pressure over both cheeks for five days.",
    plan: "Saline rinses, ibuprofen for the pain. Return if not better after ten days.",
  },
  {
    condition: snomed("43878008", "Streptococcal sore throat (disorder)"),
    medication: rxnorm("834102", "Penicillin V Potassium 500 MG Oral Tablet"),
    dosage: "Take 1 tablet by mouth twice a day for 10 days",
    complaint: "Sore throat and fever since yesterday; painful to swallow. Rapid streptococcal test positive.",
    plan: "Penicillin for ten days. Stay at home for the first 24 hours of it.",
  },
  {
    condition: snomed("195662009", "Acute viral pharyngitis (disorder)"),
    medication: rxnorm("313782", "Acetaminophen 325 MG Oral Tablet"),
    dosage: "Take 1 tablet by mouth every 6 hours as needed for pain",
    complaint: "Sore throat and runny nose for three days. Rapid streptococcal test negative.",
    plan: "Warm drinks, acetaminophen as needed.",
  },
];

/** For those who must not have penicillin, instead of the streptococcal sore throat. */
export const penicillinFree = passing.filter(({ condition }) => condition.code !== "43878008");

export interface Allergy {
  code: Coding;
  category: "food" | "medication" | "environment";
  criticality: "low" | "high";
  reactions: readonly Coding[];
}

export const allergies = {
  penicillin: {
    code: rxnorm("7980", "penicillin G"),
    category: "medication",
    criticality: "high",
    reactions: [snomed("247472004", "Wheal (finding)"), snomed("39579001", "Anaphylaxis (disorder)")],
  },
  dustMite: {
    code: snomed("260147004", "House dust mite (organism)"),
    category: "environment",
    criticality: "low",
    reactions: [snomed("418290006", "Itching (finding)")],
  },
  treeNut: {
    code: snomed("442571000124108", "Tree nut (substance)"),
    category: "food",
    criticality: "high",
    reactions: [snomed("271807003", "Eruption of skin (disorder)"), snomed("267036007", "Dyspnea (finding)")],
  },
  latex: { code: snomed("111088007", "Latex (substance)"), category: "environment", criticality: "low", reactions: [] },
} as const satisfies Record<string, Allergy>;

export const vaccines = {
  influenza: cvx("140", "Influenza, seasonal, injectable, preservative free"),
  tdap: cvx("115", "Tdap"),
  shingles: cvx("121", "zoster vaccine, live"),
};

export const noteTypes = {
  first: loinc("34117-2", "History and physical note"),
  later: loinc("11506-3", "Progress note"),
};

export const visitTypes = {
  examination: snomed("162673000", "General examination of patient (procedure)"),
  child: snomed("410620009", "Well child visit (procedure)"),
  checkUp: snomed("185349003", "Encounter for check up (procedure)"),
  symptom: snomed("185345009", "Encounter for symptom (procedure)"),
  followUp: snomed("390906007", "Follow-up encounter (procedure)"),
};
