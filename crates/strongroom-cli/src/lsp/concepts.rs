use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use strongroom::cohort::ast::{Code, ConceptItem, ConceptSet, EventKind};
use strongroom::cohort::{
    Concept, Definition, LimitError, Limits, Profile, SetName, StandardConcept, Vocabulary, concepts_digest,
    expand_sets,
};
use strongroom::disclosure::{DisclosureRule, RawCount, ReleasedCount, release_attrition, release_count};
use strongroom::engine::{PersonSet, Shard, ShardError};
use strongroom::omop::ConceptId;
use strongroom::primitives::Sha256Digest;
use strongroom::release::{Release, ReleaseError, ReleaseShard, ReleaseVocabulary};

use super::catalogue::Catalogue;

/// Where concepts are looked up, and what was found so far: neither changes while an editor is served.
pub(super) struct Concepts {
    source: Source,
    catalogue: OnceCell<Catalogue>,
    known: RefCell<Memory<Code, Option<Known>>>,
    people: RefCell<Memory<Sha256Digest, RawCount>>,
}

enum Source {
    Nothing,
    Tables(Box<Vocabulary>),
    Release(Box<Opened>),
}

/// A release that is open to be asked.
struct Opened {
    vocabulary: ReleaseVocabulary,
    shards: Vec<ReleaseShard>,
    universe: RawCount,
}

/// What is known of a concept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) id: ConceptId,
    pub(super) name: Option<String>,
    pub(super) valid: bool,
    pub(super) standard: StandardConcept,
    /// Nothing where there is no release.
    pub(super) people: Option<PeopleWith>,
}

/// How many people of a release have a concept in any kind of event, as a reader may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PeopleWith {
    pub(super) itself: ReleasedCount,
    /// Nothing where nothing is below the concept.
    pub(super) or_descendant: Option<ReleasedCount>,
}

/// What a concept set comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SetFacts {
    pub(super) concepts: usize,
    /// How many people have any of them; nothing where there is no release.
    pub(super) people: Option<ReleasedCount>,
}

/// Why something cannot be said.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConceptsError {
    #[error(transparent)]
    Release(#[from] ReleaseError),
    #[error(transparent)]
    Shard(#[from] ShardError),
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl Concepts {
    pub(super) fn none() -> Self {
        Self::of(Source::Nothing)
    }

    pub(super) fn of_tables(vocabulary: Vocabulary) -> Self {
        Self::of(Source::Tables(Box::new(vocabulary)))
    }

    pub(super) fn of_release(release: &Release) -> Result<Self, ReleaseError> {
        Ok(Self::of(Source::Release(Box::new(Opened {
            vocabulary: release.vocabulary()?,
            shards: release.shards(),
            universe: RawCount::of_persons(release.manifest().people()),
        }))))
    }

    fn of(source: Source) -> Self {
        let (known, people) = (RefCell::default(), RefCell::default());
        Self { source, catalogue: OnceCell::new(), known, people }
    }

    /// Whether there is no vocabulary at all, so that a concept that is not found may well exist.
    pub(super) const fn is_nothing(&self) -> bool {
        matches!(self.source, Source::Nothing)
    }

    /// What is known of the concept that a code names; nothing where the vocabulary does not have it.
    pub(super) fn find(&self, code: &Code) -> Result<Option<Known>, ConceptsError> {
        if let Some(known) = self.known.borrow().get(code) {
            return Ok(known);
        }
        let known = match &self.source {
            Source::Nothing => None,
            Source::Tables(vocabulary) => named(vocabulary, code).map(|(id, concept)| known(id, concept)),
            Source::Release(opened) => self.find_in(opened, code)?,
        };
        self.known.borrow_mut().keep(code.clone(), known.clone());
        Ok(known)
    }

    fn find_in(&self, opened: &Opened, code: &Code) -> Result<Option<Known>, ConceptsError> {
        let mut item = ConceptItem::new(code.clone());
        item.descendants = true;
        let Ok(name) = SetName::new("asked") else { return Ok(None) };
        let asked = Definition::new(Profile::Native1).with_concept_set(name, ConceptSet::including([item]));
        let vocabulary = opened.vocabulary.read_for(&asked)?;
        let Some((id, concept)) = named(&vocabulary, code) else { return Ok(None) };
        let with_below: BTreeSet<ConceptId> = vocabulary.descendants(id).chain([id]).collect();
        let itself = self.people_with(opened, &[id])?;
        let people = if with_below.len() > 1 {
            let or_descendant = self.people_with(opened, &Vec::from_iter(with_below))?;
            people_with_below(opened.universe, itself, or_descendant)
        } else {
            PeopleWith { itself: released(opened.universe, itself), or_descendant: None }
        };
        let name = opened.vocabulary.name(id)?;
        Ok(Some(Known { name, people: Some(people), ..known(id, concept) }))
    }

    /// What a concept set of a definition comes to; nothing where that cannot be known.
    pub(super) fn set(
        &self,
        name: &SetName,
        definition: &Definition,
        limits: &Limits,
    ) -> Result<Option<SetFacts>, ConceptsError> {
        let Some(set) = definition.concept_sets.get(name) else { return Ok(None) };
        // The trees of the cohort builder are in no vocabulary.
        if set.items().any(|item| item.children) {
            return Ok(None);
        }
        let alone = Definition::new(definition.profile).with_concept_set(name.clone(), set.clone());
        let expanded = match &self.source {
            Source::Nothing => return Ok(None),
            Source::Tables(vocabulary) => expand_sets(&alone, vocabulary, limits)?,
            Source::Release(opened) => expand_sets(&alone, &opened.vocabulary.read_for(&alone)?, limits)?,
        };
        let concepts: Vec<_> = expanded.into_values().flatten().collect();
        let people = match &self.source {
            Source::Release(opened) => Some(released(opened.universe, self.people_with(opened, &concepts)?)),
            _ => None,
        };
        Ok(Some(SetFacts { concepts: concepts.len(), people }))
    }

    /// The people who have any of these concepts, which ascend, in any kind of event.
    fn people_with(&self, opened: &Opened, concepts: &[ConceptId]) -> Result<RawCount, ShardError> {
        let digest = concepts_digest(concepts);
        if let Some(people) = self.people.borrow().get(&digest) {
            return Ok(people);
        }
        let people = RawCount::of_persons(count(&opened.shards, concepts)?);
        self.people.borrow_mut().keep(digest, people);
        Ok(people)
    }

    /// Every concept, to be searched; nothing where there is no vocabulary. It is put together when it is
    /// first asked for.
    pub(super) fn catalogue(&self) -> Result<Option<&Catalogue>, ConceptsError> {
        if let Some(catalogue) = self.catalogue.get() {
            return Ok(Some(catalogue));
        }
        let mut catalogue = Catalogue::default();
        match &self.source {
            Source::Nothing => return Ok(None),
            Source::Tables(vocabulary) => {
                vocabulary.concepts().for_each(|(id, concept)| catalogue.add(id, concept));
            }
            Source::Release(opened) => {
                opened.vocabulary.for_each_concept(|id, concept| catalogue.add(id, &concept))?;
            }
        }
        Ok(Some(self.catalogue.get_or_init(|| catalogue.sorted())))
    }
}

fn named<'v>(vocabulary: &'v Vocabulary, code: &Code) -> Option<(ConceptId, &'v Concept)> {
    let id = vocabulary.find(code)?;
    Some((id, vocabulary.concept(id)?))
}

fn known(id: ConceptId, concept: &Concept) -> Known {
    let Concept { standard, valid, name, .. } = concept;
    Known { id, name: name.clone(), valid: *valid, standard: *standard, people: None }
}

/// How many people of all shards have any of these concepts, which ascend.
fn count(shards: &[impl Shard], concepts: &[ConceptId]) -> Result<u64, ShardError> {
    let mut all = 0;
    for shard in shards {
        let mut people = PersonSet::none(shard.people()?.len());
        for kind in EventKind::ALL {
            let positions = shard.directory(*kind)?.positions(concepts);
            if !positions.is_empty() {
                shard.add_people_with(*kind, &positions, &mut people)?;
            }
        }
        all += people.len();
    }
    Ok(all)
}

fn released(universe: RawCount, people: RawCount) -> ReleasedCount {
    release_count(DisclosureRule::default(), universe, people)
}

/// Both numbers, so that the one with the descendants does not betray by their difference how few
/// people have a descendant alone.
fn people_with_below(universe: RawCount, itself: RawCount, or_descendant: RawCount) -> PeopleWith {
    let steps = vec![((), or_descendant), ((), itself)];
    let attrition = release_attrition(DisclosureRule::default(), universe, steps);
    let shown = attrition.map(|attrition| attrition.into_steps()).unwrap_or_default();
    match shown.as_slice() {
        [((), or_descendant), ((), itself)] => {
            PeopleWith { itself: *itself, or_descendant: Some(*or_descendant) }
        }
        _ => PeopleWith { itself: ReleasedCount::Withheld, or_descendant: Some(ReleasedCount::Withheld) },
    }
}

/// What was found, up to some number of answers.
struct Memory<K, V>(HashMap<K, V>);

impl<K, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash, V: Clone> Memory<K, V> {
    /// Whoever edits for days asks for many sets that are no more.
    const MOST: usize = 10_000;

    fn get(&self, key: &K) -> Option<V> {
        self.0.get(key).cloned()
    }

    fn keep(&mut self, key: K, value: V) {
        if self.0.len() >= Self::MOST {
            self.0.clear();
        }
        self.0.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use EventKind::{Condition, Observation};
    use strongroom::cohort::reference::{EventRecord, PersonRecord};
    use strongroom::engine::MemoryShard;
    use strongroom::omop::{RecordId, SubjectId};

    use super::*;

    #[test]
    fn people_are_counted_once_over_kinds_and_shards() {
        let person = |id: i64, events: &[(EventKind, i64)]| {
            let mut person = PersonRecord::new(SubjectId::new(id));
            for (record, (kind, concept)) in (1..).zip(events) {
                let (record, concept) = (RecordId::new(record), ConceptId::new(*concept));
                person.events.push(EventRecord::new(*kind, record, concept, "2020-03-01".parse().unwrap()));
            }
            person
        };
        let shards = [
            MemoryShard::new(&[
                person(1, &[(Condition, 7), (Condition, 7), (Observation, 7), (Condition, 9)]),
                person(2, &[(Observation, 9)]),
                person(3, &[]),
            ]),
            MemoryShard::new(&[person(4, &[(Observation, 7)]), person(5, &[(Condition, 8)])]),
        ];
        let cases: [(&[i64], u64); 6] =
            [(&[7], 2), (&[9], 2), (&[7, 9], 3), (&[7, 8, 9], 4), (&[1], 0), (&[], 0)];
        for (concepts, expected) in cases {
            let concepts: Vec<_> = concepts.iter().copied().map(ConceptId::new).collect();
            assert_eq!(count(&shards, &concepts).unwrap(), expected, "{concepts:?}");
        }
    }

    #[test]
    fn small_numbers_and_small_differences_are_not_shown() {
        for (itself, or_descendant, expected) in [
            (100, 400, ["100", "400"]),
            (0, 400, ["0", "400"]),
            (100, 103, ["100", "withheld"]),
            (100, 100, ["100", "100"]),
            (3, 400, ["≤ 20", "400"]),
            (3, 9, ["≤ 20", "≤ 20"]),
            (100, 990, ["100", "withheld"]),
            (1001, 1001, ["withheld", "withheld"]),
        ] {
            let [universe, itself, or_descendant] = [1000, itself, or_descendant].map(RawCount::of_persons);
            let shown = people_with_below(universe, itself, or_descendant);
            let shown = [shown.itself, shown.or_descendant.unwrap()].map(|count| count.to_string());
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn a_memory_does_not_grow_for_ever() {
        let mut memory = Memory::default();
        (0..Memory::<usize, ()>::MOST).for_each(|key| memory.keep(key, ()));
        assert_eq!(memory.get(&0), Some(()));
        memory.keep(usize::MAX, ());
        assert_eq!((memory.get(&0), memory.get(&usize::MAX)), (None, Some(())));
    }
}
