//! A thousand broken texts: is the break marked, and does a way out that is offered lead out?

use std::collections::BTreeMap;

use strongroom_cohort::text::{Span, parse, print};
use strongroom_cohort::{ConceptLock, Definition, Limits, Severity, Vocabulary, check, small_vocabulary};

use super::{circe_imports, examples, read};

const MUTANTS: usize = 1000;

/// A small generator (Marsaglia's xorshift): the same mutants in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }

    fn pick<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        if of.is_empty() { None } else { Some(&of[self.below(of.len())]) }
    }
}

struct Mutant {
    text: String,
    /// Where it was broken.
    at: Span,
}

fn replaced(text: &str, span: Span, by: &str) -> Mutant {
    let text = format!("{}{by}{}", &text[..span.start], &text[span.end..]);
    Mutant { text, at: Span::new(span.start, span.start + by.len()) }
}

/// Words outside of comments, texts, units and codes.
fn words(text: &str) -> Vec<Span> {
    let mut words = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
            }
            quote @ (b'"' | b'\'' | b'`') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
                at += 1;
            }
            byte if word(byte) => {
                let start = at;
                while at < bytes.len()
                    && (word(bytes[at])
                        || (b"-.:/".contains(&bytes[at]) && bytes.get(at + 1).copied().is_some_and(word)))
                {
                    at += 1;
                }
                if bytes[start].is_ascii_alphabetic() && at - start >= 4 && text[start..at].bytes().all(word)
                {
                    words.push(Span::new(start, at));
                }
            }
            _ => at += 1,
        }
    }
    words
}

/// One slip of the keys: two letters exchanged, one left out, one too many.
fn misspelt(text: &str, random: &mut Random) -> Option<Mutant> {
    let span = *random.pick(&words(text))?;
    let mut letters: Vec<char> = span.of(text).chars().collect();
    let at = 1 + random.below(letters.len() - 2);
    match random.below(3) {
        0 if letters[at] != letters[at + 1] => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        _ => letters.insert(at, letters[at]),
    }
    Some(replaced(text, span, &letters.into_iter().collect::<String>()))
}

/// `at least 2 dates of dx` → `at least 2 dx`.
fn uncounted(text: &str, random: &mut Random) -> Option<Mutant> {
    let mut found = Vec::new();
    for unit in [" rows of ", " dates of ", " visits of ", " concepts of "] {
        for (at, _) in text.match_indices(unit) {
            let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
            let counts = ["at least ", "at most ", "exactly "];
            let start = counts.iter().filter_map(|count| text[line..at].rfind(count)).max();
            let number = text[..at].ends_with(|c: char| c.is_ascii_digit());
            if let (Some(start), true) = (start, number) {
                found.push((Span::new(line + start, at + unit.len()), Span::new(at, at + unit.len())));
            }
        }
    }
    let (around, unit) = *random.pick(&found)?;
    let mutant = replaced(text, unit, " ");
    Some(Mutant { at: Span::new(around.start, unit.start + 1), ..mutant })
}

/// A bracket that is left out, or another one in its place.
fn unbracketed(text: &str, random: &mut Random) -> Option<Mutant> {
    let outside = |at: usize| {
        let line = &text[text[..at].rfind('\n').map_or(0, |at| at + 1)..at];
        !line.contains("//") && line.matches(['"', '\'']).count().is_multiple_of(2)
    };
    let brackets: Vec<usize> = text
        .match_indices(['[', ']', '(', ')', '{', '}'])
        .map(|(at, _)| at)
        .filter(|at| outside(*at))
        .collect();
    let at = *random.pick(&brackets)?;
    let span = Span::new(at, at + 1);
    let other = match span.of(text) {
        "{" => "[",
        "}" => "]",
        "[" => "{",
        "]" => "}",
        "(" => "{",
        _ => "}",
    };
    let by = if random.below(2) == 0 { "" } else { other };
    Some(replaced(text, span, by))
}

/// A unit of another dimension, or none.
fn wrong_unit(text: &str, random: &mut Random) -> Option<Mutant> {
    let mut units = Vec::new();
    for (number, line) in text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    }) {
        let code = line.split("//").next().unwrap();
        let quotes: Vec<usize> = code.match_indices('\'').map(|(at, _)| number + at).collect();
        units.extend(quotes.chunks_exact(2).map(|pair| Span::new(pair[0] + 1, pair[1])));
    }
    let span = *random.pick(&units)?;
    let unit = span.of(text);
    let by = [unit.to_uppercase(), format!("{unit}g"), unit.replace("mg", "mcgg"), "mmHg".to_owned()];
    let by = by.into_iter().find(|by| by != unit && by.as_str() != "%G")?;
    Some(replaced(text, span, &by))
}

#[derive(Default)]
struct Figures {
    mutants: usize,
    marked: usize,
    offered: usize,
    fixed: usize,
}

fn sound(text: &str) -> bool {
    let parsed = read(text);
    parsed.errors.is_empty()
        && parsed.definition.is_some_and(|definition| {
            check(&definition).iter().all(|problem| problem.severity() != Severity::Error)
        })
}

/// Marked places and corrected texts.
fn said(text: &str) -> (Vec<Span>, Vec<String>) {
    let parsed = parse(text, &Limits::default());
    let (mut spans, mut fixes) = (Vec::new(), Vec::new());
    for error in &parsed.errors {
        spans.push(error.span);
        // Brackets that do not match are marked where they open; the text between belongs to it.
        spans.extend(error.help.iter().map(|help| help.span));
        fixes.extend(error.help.iter().map(|help| help.apply(text)));
    }
    if let Some(definition) = &parsed.definition {
        for problem in check(definition) {
            spans.push(parsed.places.nearest(problem.path()));
            fixes.extend(
                problem.fixes().iter().filter_map(|fix| problem.corrected(fix, text, &parsed.places)),
            );
        }
    }
    (spans, fixes)
}

fn covers(spans: &[Span], at: Span, text: &str) -> bool {
    // What is left out has no letter of its own: its neighbours stand for it.
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count();
    spans.iter().any(|span| {
        let whole = span.start == 0 && span.end == text.len();
        let touches = span.start <= at.end + 1 && span.end + 1 >= at.start;
        !whole && (touches || (at.start == at.end && line(span.start) == line(at.start)))
    })
}

fn sources() -> Vec<String> {
    let mut sources: Vec<String> = examples().into_iter().map(|(_, text)| text).collect();
    let blocks = super::language_page::blocks();
    sources.extend(blocks.into_iter().filter(|(tag, _)| tag.is_empty()).map(|(_, text)| text));
    let imports = circe_imports();
    let small = imports.iter().map(|(_, definition)| print(definition)).filter(|text| text.len() < 4000);
    sources.extend(small.step_by(10).take(30));
    sources.retain(|text| sound(text));
    sources
}

/// Whether a lock made for another state of the text is noticed, at the set, and can be made anew.
fn stale_lock(text: &str, random: &mut Random, figures: &mut Figures) -> bool {
    let parsed = read(text);
    let definition: Definition = parsed.definition.unwrap();
    let vocabulary: Vocabulary = small_vocabulary(&definition);
    let limits = Limits::default();
    let mut lock = ConceptLock::of(&definition, &vocabulary, &limits).unwrap();
    let names: Vec<_> = lock.sets.keys().cloned().collect();
    let Some(name) = random.pick(&names) else { return false };
    if let Some(set) = lock.sets.get_mut(name) {
        set.count += 1;
    }
    let problems = lock.check(&definition, &vocabulary, &limits).unwrap();
    let marked = problems
        .iter()
        .any(|problem| parsed.places.nearest(problem.path()).of(text).contains(&format!("concepts {name}")));
    let renewed = ConceptLock::of(&definition, &vocabulary, &limits).unwrap();
    let fixed = renewed.check(&definition, &vocabulary, &limits).unwrap().is_empty();
    figures.mutants += 1;
    figures.marked += usize::from(marked);
    figures.offered += usize::from(!problems.is_empty());
    figures.fixed += usize::from(fixed);
    true
}

type Break = fn(&str, &mut Random) -> Option<Mutant>;

#[test]
fn broken_texts_are_marked_where_they_are_broken_and_can_be_mended() {
    let sources = sources();
    let mut random = Random(0x5eed_cafe_f00d_0001);
    let breaks: [(&str, Option<Break>); 5] = [
        ("misspelt word", Some(misspelt)),
        ("missing count word", Some(uncounted)),
        ("bracket", Some(unbracketed)),
        ("wrong unit", Some(wrong_unit)),
        ("stale lock", None),
    ];
    let mut figures: BTreeMap<&str, Figures> = BTreeMap::new();
    let (mut unmarked, mut unmended) = (Vec::new(), Vec::new());
    let mut made = 0;
    let mut tried = 0;
    while made < MUTANTS {
        // As many of each.
        let (name, mutate) = breaks[made % breaks.len()];
        tried += 1;
        assert!(tried < 100 * MUTANTS, "too few texts can be broken");
        let source = random.pick(&sources).unwrap();
        let figures = figures.entry(name).or_default();
        let Some(mutate) = mutate else {
            made += usize::from(stale_lock(source, &mut random, figures));
            continue;
        };
        let Some(mutant) = mutate(source, &mut random) else { continue };
        // Some breaks leave a sound text of another meaning, which nobody can notice.
        if sound(&mutant.text) {
            continue;
        }
        made += 1;
        let (spans, fixes) = said(&mutant.text);
        let marked = covers(&spans, mutant.at, &mutant.text);
        let fixed = fixes.iter().any(|text| sound(text));
        figures.mutants += 1;
        figures.marked += usize::from(marked);
        figures.offered += usize::from(!fixes.is_empty());
        figures.fixed += usize::from(fixed);
        let at = mutant.at.start;
        let from = mutant.text[..at].rfind('\n').map_or(0, |at| at + 1);
        let line = mutant.text[from..].lines().next().unwrap_or_default();
        if !marked {
            unmarked.push(format!("{name}: {line}"));
        }
        if !fixed {
            unmended.push(format!("{name}: {line}"));
        }
    }
    let total = |of: fn(&Figures) -> usize| figures.values().map(of).sum::<usize>();
    for (name, Figures { mutants, marked, offered, fixed }) in &figures {
        println!("{name}: {mutants} mutants, {marked} marked, {offered} with a way out, {fixed} mended");
    }
    let (all, marked, fixed) = (total(|one| one.mutants), total(|one| one.marked), total(|one| one.fixed));
    println!("all: {all}, {marked} marked, {fixed} mended");
    assert!(marked * 100 >= all * 95, "only {marked} of {all} are marked:\n{}", unmarked.join("\n"));
    assert!(fixed * 100 >= all * 80, "only {fixed} of {all} are mended:\n{}", unmended.join("\n"));
}
