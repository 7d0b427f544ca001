use std::collections::HashMap;

use strongroom_cohort::ast::{Code, ConceptItem, ConceptSet, VocabularyCode};
use strongroom_cohort::{Definition, Limits, Profile, SetName, resolve, text};
use strongroom_conformance::cdm;
use strongroom_omop::ConceptId;
use strongroom_primitives::{ReleaseName, RowTier, Timestamp};

use crate::{BuildRequest, Release, Silent, build};

/// What a set comes to under each profile.
fn events(profile: Profile, code: &Code, vocabulary: &strongroom_cohort::Vocabulary) -> String {
    let Code::Id(id) = code else { return String::new() };
    let text = format!(
        "language 1\nprofile {}
        concepts s {{ include OMOP:{id} with descendants with mapped }}
        cohort c {{ observed unbounded\nentry: conditions in s, all }}",
        profile.name()
    );
    let definition = text::parse(&text, &Limits::default()).definition.unwrap();
    match resolve(&definition, vocabulary, &Limits::default()) {
        Ok(cohort) => format!("{:?}", cohort.plan()),
        Err(error) => error.to_string(),
    }
}

/// Everything that is asked of a vocabulary of thousands is found as the conformance kit reads it.
#[test]
fn what_definitions_name_is_found() {
    let folder = tempfile::tempdir().unwrap();
    strongroom_testkit::Synthetic::new(20, 7).write_csv(&folder.path().join("omop")).unwrap();
    let out = folder.path().join("R1");
    let request = BuildRequest::new(
        folder.path().join("omop"),
        &out,
        ReleaseName::new("R1").unwrap(),
        RowTier::Registered,
    );
    build(&request, Timestamp::LAST, &Silent).unwrap();
    let all = cdm::read_vocabulary(&folder.path().join("omop")).unwrap();
    let vocabulary = Release::open(&out).unwrap().vocabulary().unwrap();
    assert_eq!(vocabulary.version(), all.version());

    let mut listed = Vec::new();
    vocabulary.for_each_concept(|id, concept| listed.push((id, concept))).unwrap();
    assert_eq!(listed, all.concepts().map(|(id, concept)| (id, concept.clone())).collect::<Vec<_>>());

    let by_code = all.concepts().filter_map(|(_, concept)| concept.code.clone()).map(Code::Code);
    let by_id = all.concepts().map(|(id, _)| Code::Id(id));
    let unknown = [
        Code::Id(ConceptId::new(-7)),
        Code::Code(VocabularyCode { vocabulary: "X".into(), code: "1".into() }),
    ];
    let codes: Vec<Code> = by_code.chain(by_id).chain(unknown).collect();
    for (position, code) in codes.iter().enumerate() {
        let mut item = ConceptItem::new(code.clone());
        (item.descendants, item.mapped) = (position % 2 == 0, position % 3 == 0);
        let both = item.descendants && item.mapped;
        let mut set = ConceptSet::default();
        set.include.push(item.clone());
        let definition = Definition::new(Profile::Native1).with_concept_set(SetName::new("s").unwrap(), set);
        let found = vocabulary.read_for(&definition).unwrap();
        assert_eq!(found.find(code), all.find(code), "{code:?}");
        assert!(!found.is_empty(), "{code:?}: unknown is not unloaded");
        let Some(id) = all.find(code) else { continue };
        let facts = |vocabulary: &strongroom_cohort::Vocabulary| {
            vocabulary.concept(id).map(|concept| (concept.standard, concept.valid))
        };
        assert_eq!(facts(&found), facts(&all), "{code:?}");
        let sorted = |ids: &mut dyn Iterator<Item = ConceptId>| {
            let mut ids: Vec<_> = ids.collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        if item.descendants {
            assert_eq!(sorted(&mut found.descendants(id)), sorted(&mut all.descendants(id)), "{code:?}");
        }
        if item.mapped {
            assert_eq!(sorted(&mut found.mapped_from(id)), sorted(&mut all.mapped_from(id)), "{code:?}");
        }
        assert_eq!(found.units(), all.units());
        for profile in Profile::ALL.iter().filter(|_| both) {
            let (found, all) = (events(*profile, code, &found), events(*profile, code, &all));
            assert_eq!(found, all, "{} {code:?}", profile.name());
        }
        let name = vocabulary.name(id).unwrap();
        assert_eq!(name.as_ref(), all.concept(id).and_then(|concept| concept.name.as_ref()), "{code:?}");
    }
}

/// Two codes that have the same hash are two codes.
#[test]
fn a_hash_alone_finds_no_concept() {
    let mut known = HashMap::new();
    let twins = (0..).find_map(|number: u32| {
        let code = number.to_string();
        known.insert(super::hash("X", &code), code.clone()).map(|other| (other, code))
    });
    let (there, missing) = twins.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (table, content) in [
        ("person", "person_id,gender_concept_id,year_of_birth\n1,8507,1970\n".to_owned()),
        (
            "observation_period",
            "observation_period_id,person_id,observation_period_start_date,observation_period_end_date\n"
                .to_owned(),
        ),
        (
            "concept",
            format!(
                "concept_id,concept_name,domain_id,vocabulary_id,concept_code\n7,x,Drug,X,{there}\n8,y,Drug,X,y\n"
            ),
        ),
    ] {
        std::fs::write(folder.path().join(format!("{table}.csv")), content).unwrap();
    }
    let out = folder.path().join("R1");
    let request =
        BuildRequest::new(folder.path(), &out, ReleaseName::new("R1").unwrap(), RowTier::Registered);
    build(&request, Timestamp::LAST, &Silent).unwrap();
    let vocabulary = Release::open(&out).unwrap().vocabulary().unwrap();
    let code = |code: &str| Code::Code(VocabularyCode { vocabulary: "X".into(), code: code.into() });
    let mut set = ConceptSet::default();
    set.include.extend([&there, &missing].map(|text| ConceptItem::new(code(text))));
    let definition = Definition::new(Profile::Native1).with_concept_set(SetName::new("s").unwrap(), set);
    let found = vocabulary.read_for(&definition).unwrap();
    assert_eq!(found.find(&code(&there)), Some(ConceptId::new(7)));
    assert_eq!(found.find(&code(&missing)), None);
    let ids = [7, 8, 9].map(ConceptId::new);
    let names = vocabulary.names(&ids.into_iter().collect()).unwrap();
    assert_eq!(names.into_values().collect::<Vec<_>>(), ["x", "y"]);
}
