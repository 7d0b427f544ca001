use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::ops::Range;
use std::path::Path;

use strongroom_cohort::ast::{Code, Unit, VocabularyCode};
use strongroom_cohort::{Concept, Definition, StandardConcept, Vocabulary};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use super::hash;
use super::integers::{Integers, Keys};
use super::source::{Failure, Source};
use super::tables::VocabularyTables;
use crate::index::{Content, Header, IndexError, read_at};
use crate::release::{FilePath, ReleaseError};

/// Files up to this size are read at once; of larger ones, what is asked for.
const AT_ONCE: u64 = 64 << 20;

/// The vocabulary of a release, open.
///
/// A large one stays on the disk, but for every 1,024th of its keys, so that opening takes no longer
/// for the vocabularies of OHDSI Athena than for a few. Names, codes and descendants are read
/// from the release's tables, a page at a time.
pub struct ReleaseVocabulary {
    version: Label,
    source: Source,
    tables: VocabularyTables,
    concepts: Keys,
    facts: Integers,
    below: Spans,
    mapped: Spans,
    mapped_values: Integers,
    codes: Keys,
    code_rows: Integers,
    unit_values: Integers,
    unit_texts: Texts,
}

/// Where lists begin and end, by key.
struct Spans {
    keys: Keys,
    ends: Integers,
}

struct Texts {
    ends: Integers,
    bytes: Range<u64>,
}

impl ReleaseVocabulary {
    pub(crate) fn open(folder: &Path, version: Label) -> Result<Self, ReleaseError> {
        let file = folder.join(FilePath::Vocabulary.to_string());
        let tables = VocabularyTables::new(folder.to_owned());
        Self::read(&file, tables, version).map_err(Failure::outside)
    }

    fn read(file: &Path, tables: VocabularyTables, version: Label) -> Result<Self, Failure> {
        let file = File::open(file)?;
        let length = file.metadata()?.len();
        let (header, source) = if length <= AT_ONCE {
            let bytes = read_at(&file, 0, usize::try_from(length).unwrap_or(usize::MAX))?;
            (Header::of_bytes(&bytes, Content::Vocabulary)?, Source::Memory(bytes))
        } else {
            (Header::of_file(&file, Content::Vocabulary)??, Source::File(file))
        };
        let parts = Parts { header: &header, source: &source };
        let vocabulary = Self {
            version,
            concepts: parts.keys("concept.tops", "concept.keys")?,
            facts: parts.integers("concept.facts")?,
            below: parts.spans("below.tops", "below.keys", "below.ends")?,
            mapped: parts.spans("mapped.tops", "mapped.keys", "mapped.ends")?,
            mapped_values: parts.integers("mapped.values")?,
            codes: parts.keys("code.tops", "code.keys")?,
            code_rows: parts.integers("code.rows")?,
            unit_values: parts.integers("unit.values")?,
            unit_texts: parts.texts("unit.texts.ends", "unit.texts")?,
            tables,
            source,
        };
        Ok(vocabulary)
    }

    /// The version of the vocabularies.
    #[must_use]
    pub const fn version(&self) -> &Label {
        &self.version
    }

    /// What the vocabulary knows of the concepts that a definition names: those named by id, those
    /// named by code, what is below them, what maps to them; and all units. After that, resolving
    /// the definition needs nothing else.
    ///
    /// # Errors
    /// If the file cannot be read, or is damaged.
    pub fn read_for(&self, definition: &Definition) -> Result<Vocabulary, ReleaseError> {
        let codes = self.codes(&definition.named_codes())?;
        let mut vocabulary = self.named(definition, &codes).map_err(Failure::outside)?;
        let ancestors = found(&vocabulary, &definition.named_ancestors());
        self.add_descendants(&ancestors, &mut vocabulary)?;
        self.add_mapped(definition, &ancestors, &mut vocabulary).map_err(Failure::outside)?;
        Ok(vocabulary)
    }

    /// The names of concepts, of those that are known and have one.
    ///
    /// # Errors
    /// If a file cannot be read, or is damaged.
    pub fn names(&self, concepts: &BTreeSet<ConceptId>) -> Result<BTreeMap<ConceptId, String>, ReleaseError> {
        let places = concepts.iter().map(|concept| self.concepts.find(&self.source, concept.value()));
        let places = places.collect::<Result<Vec<_>, _>>().map_err(Failure::outside)?;
        let known = concepts.iter().zip(places).filter_map(|(concept, place)| Some((*concept, place?)));
        // In the order of ids, and so of places.
        let (known, places): (Vec<_>, Vec<_>) = known.unzip();
        let names = self.tables.texts(&places, ["concept_name"])?;
        let named = known.into_iter().zip(names).filter(|(_, [name])| !name.is_empty());
        Ok(named.map(|(concept, [name])| (concept, name)).collect())
    }

    /// The name of a concept, if it is known and has one.
    ///
    /// # Errors
    /// Those of [`names`](Self::names), which is faster for several.
    pub fn name(&self, concept: ConceptId) -> Result<Option<String>, ReleaseError> {
        Ok(self.names(&BTreeSet::from([concept]))?.remove(&concept))
    }

    /// Hands over every concept with its name and code, in the order of their ids: to list them, or to
    /// search among them. It reads the table from its beginning to its end.
    ///
    /// # Errors
    /// If the table cannot be read, or is damaged.
    pub fn for_each_concept(&self, each: impl FnMut(ConceptId, Concept)) -> Result<(), ReleaseError> {
        self.tables.concepts(each)
    }

    /// The concepts that have these codes.
    fn codes(&self, codes: &BTreeSet<VocabularyCode>) -> Result<Vec<(i64, VocabularyCode)>, ReleaseError> {
        let mut rows = BTreeSet::new();
        let mut find = || {
            let mut hashes: Vec<_> = codes.iter().map(|code| hash(&code.vocabulary, &code.code)).collect();
            hashes.sort_unstable();
            for hash in hashes {
                for place in self.codes.find_all(&self.source, hash)? {
                    let row = self.code_rows.get(&self.source, place)?;
                    rows.insert(usize::try_from(row).map_err(|_| self.code_rows.damaged())?);
                }
            }
            Ok(())
        };
        find().map_err(Failure::outside)?;
        let rows: Vec<usize> = rows.into_iter().collect();
        let texts = self.tables.texts(&rows, ["vocabulary_id", "concept_code"])?;
        // Others may have the same hash.
        let found = rows.into_iter().zip(texts).filter_map(|(row, [vocabulary, code])| {
            let code = VocabularyCode { vocabulary, code };
            codes.contains(&code).then_some((row, code))
        });
        let id = |(row, code)| Ok((self.concepts.keys.get(&self.source, row)?, code));
        found.map(id).collect::<Result<_, _>>().map_err(Failure::outside)
    }

    /// The concepts that a definition names, and all units.
    fn named(&self, definition: &Definition, codes: &[(i64, VocabularyCode)]) -> Result<Vocabulary, Failure> {
        let version = self.version.clone();
        let mut vocabulary = if self.concepts.keys.count == 0 {
            Vocabulary::new(version)
        } else {
            Vocabulary::excerpt(version)
        };
        for id in definition.named_concepts() {
            if let Some(concept) = self.concept(id.value())? {
                vocabulary.add_concept(id, concept);
            }
        }
        for (id, code) in codes {
            if let Some(concept) = self.concept(*id)? {
                vocabulary.add_concept(ConceptId::new(*id), concept.coded(&code.vocabulary, &code.code));
            }
        }
        let concepts = self.unit_values.all(&self.source)?;
        let texts = self.unit_texts.all(&self.source)?;
        for (concept, text) in concepts.into_iter().zip(texts) {
            if let Ok(unit) = Unit::new(text) {
                vocabulary.units_mut().add_unit(ConceptId::new(concept), unit);
            }
        }
        Ok(vocabulary)
    }

    /// Adds what is known of concepts that stand below others or map to them: whether they are
    /// valid is asked of them, too.
    fn add_concepts(&self, ids: &BTreeSet<ConceptId>, vocabulary: &mut Vocabulary) -> Result<(), Failure> {
        for id in ids {
            if vocabulary.concept(*id).is_none()
                && let Some(concept) = self.concept(id.value())?
            {
                vocabulary.add_concept(*id, concept);
            }
        }
        Ok(())
    }

    /// Adds what is below these concepts.
    fn add_descendants(
        &self,
        ancestors: &BTreeSet<ConceptId>,
        vocabulary: &mut Vocabulary,
    ) -> Result<(), ReleaseError> {
        let span = |ancestor: &ConceptId| self.below.of(&self.source, ancestor.value());
        let rows = ancestors.iter().map(span).collect::<Result<Vec<_>, _>>().map_err(Failure::outside)?;
        // In the order of ids, and so of rows.
        let some: Vec<Range<usize>> = rows.iter().filter(|rows| !rows.is_empty()).cloned().collect();
        let mut descendants = self.tables.descendants(&some)?.into_iter().map(ConceptId::new);
        for (ancestor, rows) in ancestors.iter().zip(rows).filter(|(_, rows)| !rows.is_empty()) {
            // One may stand there several times, at different distances.
            let below: BTreeSet<ConceptId> = descendants.by_ref().take(rows.len()).collect();
            self.add_concepts(&below, vocabulary).map_err(Failure::outside)?;
            vocabulary.add_descendants(*ancestor, below);
        }
        Ok(())
    }

    /// Adds what maps to concepts, and to what is below them.
    fn add_mapped(
        &self,
        definition: &Definition,
        ancestors: &BTreeSet<ConceptId>,
        vocabulary: &mut Vocabulary,
    ) -> Result<(), Failure> {
        let mut mapped = found(vocabulary, &definition.named_mapped());
        let below: Vec<_> =
            mapped.intersection(ancestors).flat_map(|ancestor| vocabulary.descendants(*ancestor)).collect();
        mapped.extend(below);
        for standard in mapped {
            let span = self.mapped.of(&self.source, standard.value())?;
            let sources = self.mapped_values.some(&self.source, span)?;
            let sources: BTreeSet<ConceptId> = sources.into_iter().map(ConceptId::new).collect();
            self.add_concepts(&sources, vocabulary)?;
            for source in sources {
                vocabulary.add_mapping(source, standard);
            }
        }
        Ok(())
    }

    fn concept(&self, id: i64) -> Result<Option<Concept>, Failure> {
        let Some(place) = self.concepts.find(&self.source, id)? else { return Ok(None) };
        let facts = self.facts.get(&self.source, place)?;
        let concept = Concept::new(match facts & 3 {
            1 => StandardConcept::Standard,
            2 => StandardConcept::Classification,
            _ => StandardConcept::NonStandard,
        });
        Ok(Some(if facts & 4 == 0 { concept.withdrawn() } else { concept }))
    }
}

fn found(vocabulary: &Vocabulary, codes: &BTreeSet<Code>) -> BTreeSet<ConceptId> {
    codes.iter().filter_map(|code| vocabulary.find(code)).collect()
}

/// Finds the sections.
struct Parts<'p> {
    header: &'p Header,
    source: &'p Source,
}

impl Parts<'_> {
    fn range(&self, name: &'static str) -> Result<Range<u64>, Failure> {
        self.header.section(name).ok_or(Failure::Damaged(IndexError::Damaged(name)))
    }

    fn integers(&self, name: &'static str) -> Result<Integers, Failure> {
        Integers::open(self.source, self.range(name)?, name)
    }

    fn keys(&self, tops: &'static str, keys: &'static str) -> Result<Keys, Failure> {
        let tops = self.integers(tops)?.all(self.source)?;
        Keys::new(self.integers(keys)?, tops)
    }

    fn spans(&self, tops: &'static str, keys: &'static str, ends: &'static str) -> Result<Spans, Failure> {
        Ok(Spans { keys: self.keys(tops, keys)?, ends: self.integers(ends)? })
    }

    fn texts(&self, ends: &'static str, texts: &'static str) -> Result<Texts, Failure> {
        Ok(Texts { ends: self.integers(ends)?, bytes: self.range(texts)? })
    }
}

impl Spans {
    /// The places of a key's list; none where there is no such key.
    fn of(&self, source: &Source, key: i64) -> Result<Range<usize>, Failure> {
        let Some(place) = self.keys.find(source, key)? else { return Ok(0..0) };
        let span = self.ends.span(source, place)?;
        let place = |place| usize::try_from(place).map_err(|_| self.ends.damaged());
        Ok(place(span.start)?..place(span.end)?)
    }
}

impl Texts {
    fn text(&self, source: &Source, span: Range<u64>) -> Result<String, Failure> {
        let end = self.bytes.start.checked_add(span.end).filter(|end| *end <= self.bytes.end);
        let end = end.ok_or_else(|| self.ends.damaged())?;
        let bytes = source.bytes(self.bytes.start + span.start..end)?;
        String::from_utf8(bytes.into_owned()).map_err(|_| self.ends.damaged())
    }

    fn all(&self, source: &Source) -> Result<Vec<String>, Failure> {
        let mut begin = 0;
        let mut texts = Vec::new();
        for end in self.ends.all(source)? {
            let end =
                u64::try_from(end).ok().filter(|end| *end >= begin).ok_or_else(|| self.ends.damaged())?;
            texts.push(self.text(source, begin..end)?);
            begin = end;
        }
        Ok(texts)
    }
}

impl fmt::Debug for ReleaseVocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReleaseVocabulary").field("version", &self.version).finish_non_exhaustive()
    }
}
