/*
 * UCUM, the Unified Code for Units of Measure (ucum.org), in its case-sensitive form. A code is checked by UCUM's grammar
 * and its symbols; what may be converted into what is not known here. The library of the National Library of Medicine,
 * which knows, costs a cold start 20 ms.
 */

const prefixes = new Set("Y Z E P T G M k h da d c m u n p f a z y Ki Mi Gi Ti".split(" "));

/** The symbols that take a prefix. */
const metric = symbols(`
  m s g rad K C cd mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv l L ar t bar u eV pc [c] [h] [k] [eps_0]
  [mu_0] [e] [m_e] [m_p] [G] [g] [ly] gf Ky Gal dyn erg P Bi St Mx G Oe Gb sb Lmb ph Ci R RAD REM cal_[15] cal_[20] cal_m
  cal_IT cal_th cal tex m[H2O] m[Hg] eq osm g% kat U [iU] [IU] Np B B[SPL] B[V] B[mV] B[uV] B[10.nV] B[W] B[kW] st mho
  bit By Bd`);

const others = symbols(`
  10* 10^ [pi] % [ppth] [ppm] [ppb] [pptr] deg gon ' '' min h d a_t a_j a_g a wk mo_s mo_j mo_g mo AU Torr atm
  [in_i] [ft_i] [yd_i] [mi_i] [fth_i] [nmi_i] [kn_i] [sin_i] [sft_i] [syd_i] [cin_i] [cft_i] [cyd_i] [bf_i] [cr_i] [mil_i]
  [cml_i] [hd_i] [ft_us] [yd_us] [in_us] [rd_us] [ch_us] [lk_us] [rch_us] [rlk_us] [fth_us] [fur_us] [mi_us] [acr_us]
  [srd_us] [smi_us] [sct] [twp] [mil_us] [in_br] [ft_br] [rd_br] [ch_br] [lk_br] [fth_br] [pc_br] [yd_br] [mi_br] [nmi_br]
  [kn_br] [acr_br] [gal_us] [bbl_us] [qt_us] [pt_us] [gil_us] [foz_us] [fdr_us] [min_us] [crd_us] [bu_us] [gal_wi] [pk_us]
  [dqt_us] [dpt_us] [tbs_us] [tsp_us] [cup_us] [foz_m] [cup_m] [tsp_m] [tbs_m] [gal_br] [pk_br] [bu_br] [qt_br] [pt_br]
  [gil_br] [foz_br] [fdr_br] [min_br] [gr] [lb_av] [lbf_av] [oz_av] [dr_av] [scwt_av] [lcwt_av] [ston_av] [lton_av]
  [stone_av] [pwt_tr] [oz_tr] [lb_tr] [sc_ap] [dr_ap] [oz_ap] [lb_ap] [oz_m] [lne] [pnt] [pca] [pnt_pr] [pca_pr] [pied]
  [pouce] [ligne] [didot] [cicero] [degF] [degR] [degRe] [Cal] [Btu_39] [Btu_59] [Btu_60] [Btu_m] [Btu_IT] [Btu_th] [Btu]
  [HP] [den] [in_i'H2O] [in_i'Hg] [PRU] [wood'U] [diop] [p'diop] %[slope] [mesh_i] [Ch] [drp] [hnsf'U] [MET] [hp'_X]
  [hp'_C] [hp'_M] [hp'_Q] [hp_X] [hp_C] [hp_M] [hp_Q] [kp_X] [kp_C] [kp_M] [kp_Q] [pH] [S] [HPF] [LPF] [arb'U] [USP'U]
  [GPL'U] [MPL'U] [APL'U] [beth'U] [anti'Xa'U] [todd'U] [dye'U] [smgy'U] [bdsk'U] [ka'U] [knk'U] [mclg'U] [tb'U] [CCID_50]
  [TCID_50] [EID_50] [PFU] [FFU] [CFU] [IR] [BAU] [AU] [Amb'a'1'U] [PNU] [Lf] [D'ag'U] [FEU] [ELU] [EU] Ao b att [psi]
  circ sph [car_m] [car_Au] [smoot] bit_s`);

// @__NO_SIDE_EFFECTS__
function symbols(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}

/** Longer than any code in use; what is longer is not looked at, for it may be anything that somebody sends. */
const longest = 50;

/** Whether a code is one of UCUM's, such as `mm[Hg]`, `10*9/L`, `mg/dL` or `{score}`. */
export function isUcum(code: string): boolean {
  return code.length <= longest && termEnd(code, 0) === code.length;
}

/** Where the term that begins at `from` ends; -1 where none does. */
function termEnd(code: string, from: number): number {
  let at = code[from] === "/" ? from + 1 : from;
  for (;;) {
    at = code[at] === "(" ? closed(code, termEnd(code, at + 1)) : factorEnd(code, at);
    if (at < 0 || (code[at] !== "." && code[at] !== "/")) return at;
    at += 1;
  }
}

function closed(code: string, end: number): number {
  return end >= 0 && code[end] === ")" ? end + 1 : -1;
}

/** A symbol with its exponent, or a number, each perhaps with a remark in braces; or a remark alone. */
const factor = /(?:(?<symbol>10[*^]|(?:\[[^\]\s]+\]|[A-Za-z%'_])+)(?:[+-]?\d+)?|\d+)(?:\{[!-z|~]*\})?|\{[!-z|~]*\}/y;

function factorEnd(code: string, from: number): number {
  factor.lastIndex = from;
  const found = factor.exec(code);
  const symbol = found?.groups?.["symbol"];
  return found && (symbol === undefined || isSymbol(symbol)) ? from + found[0].length : -1;
}

function isSymbol(symbol: string): boolean {
  if (metric.has(symbol) || others.has(symbol)) return true;
  return [1, 2].some((length) => prefixes.has(symbol.slice(0, length)) && metric.has(symbol.slice(length)));
}
