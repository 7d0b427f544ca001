use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use strongroom_primitives::{NonEmpty, Sha256Digest};

use crate::SetName;
use crate::ast::{Definition, Import};
use crate::check::similar;
use crate::path::JsonPath;
use crate::problem::{Fix, Problem, ProblemKind};
use crate::text::written_name;

/// Puts the imported concept sets into a definition. What comes out imports nothing any more.
///
/// `imports` holds the other documents by the path or address that the definition imports them
/// from: their text, whose SHA-256 is compared with the pinned digits, and what it means. A document
/// that itself imports must be linked before.
///
/// # Errors
/// If a document is not there or is not the one that was pinned, has no set of an imported name, or
/// if a set of that name exists already: all of it at once, with the places of the imports.
pub fn link(
    definition: &Definition,
    imports: &BTreeMap<String, (String, Definition)>,
) -> Result<Definition, NonEmpty<Problem>> {
    let mut linked = definition.clone();
    let mut problems = Vec::new();
    for (position, import) in std::mem::take(&mut linked.imports).iter().enumerate() {
        let at = JsonPath::default().field("imports").position(position);
        match imports.get(&import.from) {
            None => problems.push(Problem::new(ProblemKind::ImportNotLoaded, at)),
            Some((text, other)) => {
                problems.extend(digest_problem(import, text, &at));
                take_sets(import, other, &at, &mut linked, &mut problems);
            }
        }
    }
    match NonEmpty::from_vec(problems) {
        Some(problems) => Err(problems),
        None => Ok(linked),
    }
}

fn digest_problem(import: &Import, text: &str, at: &JsonPath) -> Option<Problem> {
    let pinned = import.digest.as_ref()?;
    let digest = Sha256Digest::from_bytes(Sha256::digest(text.as_bytes()).into());
    if pinned.fits(digest) {
        return None;
    }
    let digits = digest.to_string();
    // As many digits as were written, so that nobody is made to pin less.
    let digits = digits.get(..pinned.as_str().len()).unwrap_or_default();
    let fix = Fix::new("pin it as it is now, after looking at it", format!("@sha256:{digits}"));
    let problem = Problem::new(ProblemKind::ImportChanged, at.field("digest"));
    Some(problem.about(format!("pinned {pinned}, found {digits}")).fixed_by(fix))
}

fn take_sets(
    import: &Import,
    other: &Definition,
    at: &JsonPath,
    linked: &mut Definition,
    problems: &mut Vec<Problem>,
) {
    for (position, name) in import.names.iter().enumerate() {
        let at = at.field("names").position(position);
        let Some(set) = other.concept_sets.get(name) else {
            problems.push(without_name(name, other, at));
            continue;
        };
        if linked.concept_sets.contains_key(name) {
            problems.push(Problem::new(ProblemKind::ImportTwice, at).about(format!("`{name}`")));
        } else {
            linked.concept_sets.insert(name.clone(), set.clone());
        }
    }
}

fn without_name(name: &SetName, other: &Definition, at: JsonPath) -> Problem {
    let problem = Problem::new(ProblemKind::ImportWithoutName, at);
    if other.imports.iter().any(|import| import.names.contains(name)) {
        return problem.about(format!("it imports `{name}` itself; import it from where it stands"));
    }
    let known = similar(name.as_str(), other.concept_sets.keys().map(SetName::as_str));
    known.into_iter().fold(problem.about(format!("`{name}`")), |problem, meant| {
        problem.fixed_by(Fix::new(format!("did you mean `{meant}`?"), written_name(&meant)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::text::{format, parse};

    const OTHER: &str = "language 1\nconcepts t1dm_dx { include SNOMED:46635009 }\nconcepts t2dm_rx { include RxNorm:6809 }\n";

    fn read(text: &str) -> Definition {
        let parsed = parse(text, &Limits::default());
        assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
        parsed.definition.unwrap()
    }

    fn library() -> BTreeMap<String, (String, Definition)> {
        let importing = "language 1\nimport { far } from \"x\"\n";
        [("d.concepts", OTHER), ("e.concepts", importing)]
            .map(|(from, text)| (from.to_owned(), (text.to_owned(), read(text))))
            .into()
    }

    fn digits() -> String {
        Sha256Digest::from_bytes(Sha256::digest(OTHER.as_bytes()).into()).to_string()
    }

    #[test]
    fn imported_sets_are_put_in() {
        let pinned = format!("@sha256:{}", &digits()[..8]);
        for pin in ["", &pinned] {
            let definition =
                read(&std::format!("language 1\nimport {{ t1dm_dx }} from \"d.concepts\" {pin}\n"));
            let linked = link(&definition, &library()).unwrap();
            assert!(linked.imports.is_empty());
            assert_eq!(linked.concept_sets, read(OTHER).concept_sets.into_iter().take(1).collect());
        }
    }

    #[test]
    fn what_does_not_fit_is_said_with_its_place_and_a_way_out() {
        let right = &digits()[..4];
        for (text, code, place, fixed) in [
            ("import { a } from \"nowhere\"", "E072", "import { a } from \"nowhere\"", None),
            ("import { t1dm_dx } from \"d.concepts\" @sha256:0000", "E076", "@sha256:0000", Some(right)),
            ("import { t1dm_xd } from \"d.concepts\"", "E077", "t1dm_xd", Some("t1dm_dx")),
            ("import { far } from \"e.concepts\"", "E077", "far", None),
            ("import { t1dm_dx, t1dm_dx } from \"d.concepts\"", "E078", "t1dm_dx", None),
            ("concepts t2dm_rx {}\nimport { t2dm_rx } from \"d.concepts\"", "E078", "t2dm_rx", None),
        ] {
            let text = std::format!("language 1\n{text}\n");
            let parsed = parse(&text, &Limits::default());
            let problems = link(&parsed.definition.unwrap(), &library()).unwrap_err();
            let [problem] = problems.into_vec().try_into().unwrap();
            assert_eq!(problem.kind().code(), code, "{text}");
            assert_eq!(parsed.places.get(problem.path()).unwrap().of(&text), place, "{text}");
            match (problem.fixes().first(), fixed) {
                (None, None) => {}
                (Some(fix), Some(fixed)) => {
                    assert!(fix.replacement().ends_with(fixed), "{text}: {fix:?}");
                    let corrected = problem.corrected(fix, &text, &parsed.places).unwrap();
                    assert!(link(&read(&corrected), &library()).is_ok(), "{corrected}");
                }
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }

    #[test]
    fn a_linked_definition_is_text_like_any_other() {
        let definition = read("language 1\nimport { t1dm_dx } from \"d.concepts\"\n");
        let linked = link(&definition, &library()).unwrap();
        let printed = crate::text::print(&linked);
        assert_eq!(read(&printed), linked);
        assert_eq!(format(&printed, &Limits::default()).unwrap(), printed);
    }
}
