//! Units as the Unified Code for Units of Measure writes them (UCUM 2.1, sections 2 to 4), as far as
//! records in OMOP use them: which text is a unit, and what it measures.

use crate::check::similar;

/// What a unit measures, as the exponents of amount, length, time, temperature and electric charge.
///
/// Mass, amount of substance and the arbitrary amounts of a substance (international units) are one
/// here, because for one substance one converts to the other: `mg/dL` and `mmol/L` both say how much
/// of it is in how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Dimension([i8; 5]);

const NONE: Dimension = Dimension([0; 5]);

const fn dimension(amount: i8, length: i8, time: i8) -> Dimension {
    Dimension([amount, length, time, 0, 0])
}

const AMOUNT: Dimension = dimension(1, 0, 0);
const LENGTH: Dimension = dimension(0, 1, 0);
const TIME: Dimension = dimension(0, 0, 1);
const TEMPERATURE: Dimension = Dimension([0, 0, 0, 1, 0]);
const CHARGE: Dimension = Dimension([0, 0, 0, 0, 1]);
const AREA: Dimension = dimension(0, 2, 0);
const VOLUME: Dimension = dimension(0, 3, 0);
const FREQUENCY: Dimension = dimension(0, 0, -1);
const FORCE: Dimension = dimension(1, 1, -2);
const PRESSURE: Dimension = dimension(1, -1, -2);
const ENERGY: Dimension = dimension(1, 2, -2);
const POWER: Dimension = dimension(1, 2, -3);
const CATALYSIS: Dimension = dimension(1, 0, -1);
const DOSE: Dimension = dimension(0, 2, -2);

/// Units that take the metric prefixes.
const METRIC: &[(&str, Dimension)] = &[
    ("g", AMOUNT),
    ("mol", AMOUNT),
    ("eq", AMOUNT),
    ("osm", AMOUNT),
    ("[iU]", AMOUNT),
    ("[IU]", AMOUNT),
    ("u", AMOUNT),
    ("t", AMOUNT),
    ("g%", dimension(1, -3, 0)),
    ("m", LENGTH),
    ("pc", LENGTH),
    ("L", VOLUME),
    ("l", VOLUME),
    ("ar", AREA),
    ("s", TIME),
    ("K", TEMPERATURE),
    ("Cel", TEMPERATURE),
    ("Hz", FREQUENCY),
    ("Bq", FREQUENCY),
    ("Ci", FREQUENCY),
    ("Gy", DOSE),
    ("Sv", DOSE),
    ("RAD", DOSE),
    ("REM", DOSE),
    ("N", FORCE),
    ("dyn", FORCE),
    ("Pa", PRESSURE),
    ("bar", PRESSURE),
    ("m[Hg]", PRESSURE),
    ("m[H2O]", PRESSURE),
    ("J", ENERGY),
    ("cal", ENERGY),
    ("eV", ENERGY),
    ("W", POWER),
    ("U", CATALYSIS),
    ("kat", CATALYSIS),
    ("P", dimension(1, -1, -1)),
    ("St", dimension(0, 2, -1)),
    ("C", CHARGE),
    ("A", Dimension([0, 0, -1, 0, 1])),
    ("V", Dimension([1, 2, -2, 0, -1])),
    ("Ohm", Dimension([1, 2, -1, 0, -2])),
    ("S", Dimension([-1, -2, 1, 0, 2])),
    ("F", Dimension([-1, -2, 2, 0, 2])),
    ("T", Dimension([1, 0, -1, 0, -1])),
    ("B", NONE),
    ("rad", NONE),
    ("sr", NONE),
    ("bit", NONE),
    ("By", NONE),
];

/// Units that stand alone.
const PLAIN: &[(&str, Dimension)] = &[
    ("%", NONE),
    ("[ppth]", NONE),
    ("[ppm]", NONE),
    ("[ppb]", NONE),
    ("[pptr]", NONE),
    ("[pH]", NONE),
    ("[pi]", NONE),
    ("[HPF]", NONE),
    ("[LPF]", NONE),
    ("deg", NONE),
    ("circ", NONE),
    ("min", TIME),
    ("h", TIME),
    ("d", TIME),
    ("wk", TIME),
    ("mo", TIME),
    ("mo_j", TIME),
    ("mo_g", TIME),
    ("mo_s", TIME),
    ("a", TIME),
    ("a_j", TIME),
    ("a_g", TIME),
    ("a_t", TIME),
    ("[degF]", TEMPERATURE),
    ("[degR]", TEMPERATURE),
    ("[in_i]", LENGTH),
    ("[ft_i]", LENGTH),
    ("[yd_i]", LENGTH),
    ("[mi_i]", LENGTH),
    ("[in_us]", LENGTH),
    ("[ft_us]", LENGTH),
    ("[mi_us]", LENGTH),
    ("[Ch]", LENGTH),
    ("[diop]", dimension(0, -1, 0)),
    ("[sin_i]", AREA),
    ("[sft_i]", AREA),
    ("[cin_i]", VOLUME),
    ("[cft_i]", VOLUME),
    ("[drp]", VOLUME),
    ("[tsp_us]", VOLUME),
    ("[tbs_us]", VOLUME),
    ("[foz_us]", VOLUME),
    ("[cup_us]", VOLUME),
    ("[pt_us]", VOLUME),
    ("[qt_us]", VOLUME),
    ("[gal_us]", VOLUME),
    ("[lb_av]", AMOUNT),
    ("[oz_av]", AMOUNT),
    ("[dr_av]", AMOUNT),
    ("[gr]", AMOUNT),
    ("[stone_av]", AMOUNT),
    ("[arb'U]", AMOUNT),
    ("[USP'U]", AMOUNT),
    ("[CFU]", AMOUNT),
    ("[PFU]", AMOUNT),
    ("[FFU]", AMOUNT),
    ("[PNU]", AMOUNT),
    ("[BAU]", AMOUNT),
    ("[AU]", AMOUNT),
    ("[EU]", AMOUNT),
    ("[ELU]", AMOUNT),
    ("[Lf]", AMOUNT),
    ("[MET]", CATALYSIS),
    ("[Cal]", ENERGY),
    ("[Btu]", ENERGY),
    ("[HP]", POWER),
    ("atm", PRESSURE),
    ("[psi]", PRESSURE),
    ("[in_i'Hg]", PRESSURE),
    ("[in_i'H2O]", PRESSURE),
    ("[mi_i]/h", dimension(0, 1, -1)),
    ("[kn_i]", dimension(0, 1, -1)),
];

/// The metric prefixes, longer ones before those they begin with.
const PREFIXES: &[&str] =
    &["da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a", "z", "y"];

/// Units as they are often written elsewhere, part by part.
const OTHER_SPELLINGS: &[(&str, &str)] = &[
    ("mcg", "ug"),
    ("mmhg", "mm[Hg]"),
    ("cmh2o", "cm[H2O]"),
    ("cc", "mL"),
    ("iu", "[IU]"),
    ("miu", "m[IU]"),
    ("uiu", "u[IU]"),
    ("lb", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("oz", "[oz_av]"),
    ("in", "[in_i]"),
    ("inch", "[in_i]"),
    ("ft", "[ft_i]"),
    ("percent", "%"),
    ("sec", "s"),
    ("hr", "h"),
    ("hour", "h"),
    ("day", "d"),
    ("week", "wk"),
    ("month", "mo"),
    ("year", "a"),
    ("years", "a"),
    ("yr", "a"),
    ("y", "a"),
    ("celsius", "Cel"),
    ("degc", "Cel"),
    ("degf", "[degF]"),
    ("gm", "g"),
    ("ml", "mL"),
    ("dl", "dL"),
    ("mosm", "mosm"),
    ("meq", "meq"),
    ("mm", "mm"),
    ("mmol", "mmol"),
    ("umol", "umol"),
    ("kcal", "kcal"),
    ("cells", "{cells}"),
    ("bpm", "/min"),
    ("beats", "{beats}"),
    ("hpf", "[HPF]"),
    ("x10e3", "10*3"),
    ("10e3", "10*3"),
    ("x10e6", "10*6"),
    ("10e6", "10*6"),
    ("x10e9", "10*9"),
    ("10e9", "10*9"),
];

/// Units that records in OMOP often have, to find the one that was meant.
const FREQUENT: &[&str] = &[
    "%",
    "mg/dL",
    "mmol/L",
    "umol/L",
    "nmol/L",
    "pmol/L",
    "g/dL",
    "g/L",
    "mg/L",
    "ug/L",
    "ug/dL",
    "ug/mL",
    "ng/mL",
    "ng/dL",
    "ng/L",
    "pg/mL",
    "pg",
    "fL",
    "U/L",
    "[IU]/L",
    "[IU]/mL",
    "m[IU]/L",
    "m[IU]/mL",
    "u[IU]/mL",
    "meq/L",
    "mosm/kg",
    "mm[Hg]",
    "cm[H2O]",
    "kPa",
    "kg",
    "g",
    "mg",
    "ug",
    "ng",
    "kg/m2",
    "cm",
    "mm",
    "m",
    "m2",
    "[in_i]",
    "[ft_i]",
    "[lb_av]",
    "[oz_av]",
    "L",
    "mL",
    "dL",
    "uL",
    "mL/min",
    "mL/min/{1.73_m2}",
    "L/min",
    "mL/h",
    "mL/kg",
    "mg/kg",
    "mg/g",
    "mg/mmol",
    "mmol/mol",
    "/min",
    "{beats}/min",
    "10*3/uL",
    "10*6/uL",
    "10*9/L",
    "10*12/L",
    "/uL",
    "/[HPF]",
    "/[LPF]",
    "Cel",
    "[degF]",
    "K",
    "s",
    "min",
    "h",
    "d",
    "wk",
    "mo",
    "a",
    "ms",
    "mm/h",
    "mV",
    "Hz",
    "[pH]",
    "{ratio}",
    "{score}",
    "{INR}",
    "1",
    "kcal",
    "W",
    "J",
    "mmol",
    "mol",
    "mg/d",
    "g/d",
    "mmol/d",
    "ug/min",
    "mg/h",
    "U",
    "[IU]",
    "k[IU]/L",
    "ng/mL/h",
    "cm/s",
    "m/s",
    "mL/m2",
    "g/m2",
    "L/min/m2",
    "dB",
    "deg",
    "[ppm]",
    "[ppb]",
    "kat/L",
    "ukat/L",
    "nkat/L",
];

impl Dimension {
    const fn power(self, exponent: i8) -> Option<Self> {
        let Self([a, b, c, d, e]) = self;
        match (
            a.checked_mul(exponent),
            b.checked_mul(exponent),
            c.checked_mul(exponent),
            d.checked_mul(exponent),
            e.checked_mul(exponent),
        ) {
            (Some(a), Some(b), Some(c), Some(d), Some(e)) => Some(Self([a, b, c, d, e])),
            _ => None,
        }
    }

    fn times(self, other: Self) -> Option<Self> {
        let mut product = self;
        for (one, more) in product.0.iter_mut().zip(other.0) {
            *one = one.checked_add(more)?;
        }
        Some(product)
    }

    /// What it is in words, such as “an amount per volume”.
    pub(crate) fn words(self) -> &'static str {
        const KNOWN: &[(Dimension, &str)] = &[
            (NONE, "a share or a plain number"),
            (AMOUNT, "an amount"),
            (LENGTH, "a length"),
            (AREA, "an area"),
            (VOLUME, "a volume"),
            (TIME, "a time"),
            (TEMPERATURE, "a temperature"),
            (FREQUENCY, "a number per time"),
            (PRESSURE, "a pressure"),
            (ENERGY, "an energy"),
            (POWER, "a power"),
            (CATALYSIS, "an amount per time"),
            (dimension(1, -3, 0), "an amount per volume"),
            (dimension(1, -2, 0), "an amount per area"),
            (dimension(0, -3, 0), "a number per volume"),
            (dimension(0, 3, -1), "a volume per time"),
            (dimension(0, 1, -1), "a speed"),
            (dimension(1, -3, -1), "an activity per volume"),
        ];
        KNOWN.iter().find(|(known, _)| *known == self).map_or("something else", |(_, words)| words)
    }
}

/// What a unit measures; nothing if it is no unit.
pub(crate) fn measured(unit: &str) -> Option<Dimension> {
    let mut rest = unit;
    let found = term(&mut rest, 0)?;
    rest.is_empty().then_some(found)
}

/// The units that somebody who wrote this may have meant: at most three.
pub(crate) fn meant(unit: &str) -> Vec<String> {
    let respelt = respelt(unit);
    if measured(&respelt).is_some() {
        return vec![respelt];
    }
    similar(unit, FREQUENT.iter().copied())
}

/// The unit with the parts that are often written otherwise as UCUM writes them.
fn respelt(unit: &str) -> String {
    let parts = unit.split('/').map(|part| {
        let lower = part.to_ascii_lowercase();
        let known = OTHER_SPELLINGS.iter().find(|(other, _)| *other == lower);
        known.map_or_else(|| part.to_owned(), |(_, right)| (*right).to_owned())
    });
    let respelt = parts.collect::<Vec<_>>().join("/");
    if measured(&respelt).is_some() {
        return respelt;
    }
    let same = FREQUENT.iter().find(|known| known.eq_ignore_ascii_case(unit));
    same.map_or(respelt, |known| (*known).to_owned())
}

/// Components joined by `.` and `/`.
fn term(rest: &mut &str, nesting: u8) -> Option<Dimension> {
    let mut whole = NONE;
    let mut divided = eat(rest, '/');
    loop {
        let one = component(rest, nesting)?;
        whole = whole.times(if divided { one.power(-1)? } else { one })?;
        divided = match rest.chars().next() {
            Some('/') => true,
            Some('.') => false,
            _ => return Some(whole),
        };
        *rest = rest.get(1..)?;
    }
}

fn component(rest: &mut &str, nesting: u8) -> Option<Dimension> {
    if nesting < 8 && eat(rest, '(') {
        let inner = term(rest, nesting + 1)?;
        return eat(rest, ')').then_some(inner);
    }
    let symbol = symbol(rest)?;
    let annotated = annotation(rest)?;
    if symbol.is_empty() { annotated.then_some(NONE) } else { simple(symbol) }
}

/// Everything up to the next operator, bracket or annotation. Inside square brackets nothing is one.
fn symbol<'u>(rest: &mut &'u str) -> Option<&'u str> {
    let mut square = false;
    let end = rest.find(|c: char| {
        square = (square && c != ']') || (!square && c == '[');
        !square && matches!(c, '.' | '/' | '(' | ')' | '{' | '}')
    });
    let (symbol, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
    *rest = after;
    Some(symbol)
}

/// `{anything}`, which says nothing about the unit. Nothing if it is not closed.
fn annotation(rest: &mut &str) -> Option<bool> {
    let Some(inner) = rest.strip_prefix('{') else { return Some(false) };
    let (_, after) = inner.split_once('}')?;
    *rest = after;
    Some(true)
}

/// A number, or a unit with its prefix and its exponent.
fn simple(symbol: &str) -> Option<Dimension> {
    if symbol.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(NONE);
    }
    if let Some(exponent) = symbol.strip_prefix("10*").or_else(|| symbol.strip_prefix("10^")) {
        let digits = exponent.trim_start_matches(['+', '-']);
        return digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(NONE);
    }
    if let Some(found) = atom(symbol) {
        return Some(found);
    }
    let base = symbol.trim_end_matches(|c: char| c.is_ascii_digit());
    let base = base.strip_suffix(['+', '-']).unwrap_or(base);
    let exponent: i8 = symbol.get(base.len()..)?.parse().ok()?;
    atom(base)?.power(exponent)
}

fn atom(symbol: &str) -> Option<Dimension> {
    let find = |units: &[(&str, Dimension)], text: &str| {
        units.iter().find(|(known, _)| *known == text).map(|(_, dimension)| *dimension)
    };
    find(PLAIN, symbol).or_else(|| find(METRIC, symbol)).or_else(|| {
        let bare = PREFIXES.iter().filter_map(|prefix| symbol.strip_prefix(prefix));
        bare.filter_map(|bare| find(METRIC, bare)).next()
    })
}

fn eat(rest: &mut &str, wanted: char) -> bool {
    match rest.strip_prefix(wanted) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests;
