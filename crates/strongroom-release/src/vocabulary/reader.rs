use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

use strongroom_cohort::ast::{Code, Unit};
use strongroom_cohort::{Concept, Definition, StandardConcept, Vocabulary};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use super::integers::{decode, width};
use super::{BETWEEN, STRIDE, hash};
use crate::index::{Content, Header, IndexError, read_at};
use crate::release::{FilePath, ReleaseError};

/// Files up to this size are read at once; of larger ones, what is asked for.
const AT_ONCE: u64 = 64 << 20;

/// The vocabulary of a release, open.
///
/// A large one stays on the disk, but for every 1,024th of its keys, so that opening takes no longer
/// for the vocabularies of OHDSI Athena than for a few.
pub struct ReleaseVocabulary {
    version: Label,
    source: Source,
    concepts: Keys,
    facts: Range<u64>,
    below: Lists,
    mapped: Lists,
    codes: Keys,
    code_values: Integers,
    code_texts: Texts,
    names: Texts,
    unit_values: Integers,
    unit_texts: Texts,
}

enum Source {
    Memory(Vec<u8>),
    File(File),
}

/// What goes wrong inside; the file's name is added outside.
enum Failure {
    Read(io::Error),
    Damaged(IndexError),
}

/// A list of integers of the same width.
struct Integers {
    name: &'static str,
    begin: u64,
    width: u64,
    count: usize,
}

struct Keys {
    keys: Integers,
    tops: Vec<i64>,
}

struct Lists {
    keys: Keys,
    ends: Integers,
    values: Integers,
}

struct Texts {
    ends: Integers,
    bytes: Range<u64>,
}

impl ReleaseVocabulary {
    pub(crate) fn open(folder: &Path, version: Label) -> Result<Self, ReleaseError> {
        let file = folder.join(FilePath::Vocabulary.to_string());
        Self::read(&file, version).map_err(Failure::outside)
    }

    fn read(file: &Path, version: Label) -> Result<Self, Failure> {
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
            facts: parts.range("concept.facts")?,
            below: parts.lists("below.tops", ["below.keys", "below.ends", "below.values"])?,
            mapped: parts.lists("mapped.tops", ["mapped.keys", "mapped.ends", "mapped.values"])?,
            codes: parts.keys("code.tops", "code.keys")?,
            code_values: parts.integers("code.values")?,
            code_texts: parts.texts("code.texts.ends", "code.texts")?,
            names: parts.texts("name.texts.ends", "name.texts")?,
            unit_values: parts.integers("unit.values")?,
            unit_texts: parts.texts("unit.texts.ends", "unit.texts")?,
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
        self.fill(definition).map_err(Failure::outside)
    }

    /// The name of a concept, if it is known and has one.
    ///
    /// # Errors
    /// If the file cannot be read, or is damaged.
    pub fn name(&self, concept: ConceptId) -> Result<Option<String>, ReleaseError> {
        let read = || match self.concepts.find(&self.source, concept.value())? {
            Some(place) => Ok(Some(self.names.get(&self.source, place)?).filter(|name| !name.is_empty())),
            None => Ok(None),
        };
        read().map_err(Failure::outside)
    }

    fn fill(&self, definition: &Definition) -> Result<Vocabulary, Failure> {
        let mut vocabulary = Vocabulary::new(self.version.clone());
        for id in definition.named_concepts() {
            if let Some(concept) = self.concept(id.value())? {
                vocabulary.add_concept(id, concept);
            }
        }
        for code in definition.named_codes() {
            let text = format!("{}{BETWEEN}{}", code.vocabulary, code.code);
            for place in self.codes.find_all(&self.source, hash(&code.vocabulary, &code.code))? {
                if self.code_texts.get(&self.source, place)? != text {
                    continue;
                }
                let id = self.code_values.get(&self.source, place)?;
                if let Some(concept) = self.concept(id)? {
                    vocabulary.add_concept(ConceptId::new(id), concept.coded(&code.vocabulary, &code.code));
                }
            }
        }
        let ancestors = found(&vocabulary, &definition.named_ancestors());
        for ancestor in &ancestors {
            let below = self.below.of(&self.source, ancestor.value())?;
            self.add_concepts(&below, &mut vocabulary)?;
            if !below.is_empty() {
                vocabulary.add_descendants(*ancestor, below.into_iter().map(ConceptId::new));
            }
        }
        let mut mapped = found(&vocabulary, &definition.named_mapped());
        let below: Vec<_> =
            mapped.intersection(&ancestors).flat_map(|ancestor| vocabulary.descendants(*ancestor)).collect();
        mapped.extend(below);
        for standard in mapped {
            let sources = self.mapped.of(&self.source, standard.value())?;
            self.add_concepts(&sources, &mut vocabulary)?;
            for source in sources {
                vocabulary.add_mapping(ConceptId::new(source), standard);
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
    fn add_concepts(&self, ids: &[i64], vocabulary: &mut Vocabulary) -> Result<(), Failure> {
        for id in ids {
            if vocabulary.concept(ConceptId::new(*id)).is_none()
                && let Some(concept) = self.concept(*id)?
            {
                vocabulary.add_concept(ConceptId::new(*id), concept);
            }
        }
        Ok(())
    }

    fn concept(&self, id: i64) -> Result<Option<Concept>, Failure> {
        let Some(place) = self.concepts.find(&self.source, id)? else { return Ok(None) };
        let begin = self.facts.start + place as u64;
        if begin >= self.facts.end {
            return Err(Failure::Damaged(IndexError::Damaged("concept.facts")));
        }
        let facts = self.source.bytes(begin..begin + 1)?.first().copied().unwrap_or(0);
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
        let Range { start, end } = self.range(name)?;
        let first = self.source.bytes(start..end.min(start + 1))?;
        let width = width(first.first(), name)?;
        let bytes = end - start - 1;
        let count = usize::try_from(bytes / width).ok().filter(|_| bytes % width == 0);
        Ok(Integers { name, begin: start + 1, width, count: count.ok_or(IndexError::Damaged(name))? })
    }

    fn keys(&self, tops: &'static str, keys: &'static str) -> Result<Keys, Failure> {
        let keys = self.integers(keys)?;
        let tops = self.integers(tops)?.all(self.source)?;
        if tops.len() != keys.count.div_ceil(STRIDE) {
            return Err(keys.damaged());
        }
        Ok(Keys { keys, tops })
    }

    fn lists(&self, tops: &'static str, [keys, ends, values]: [&'static str; 3]) -> Result<Lists, Failure> {
        let (keys, ends) = (self.keys(tops, keys)?, self.integers(ends)?);
        Ok(Lists { keys, ends, values: self.integers(values)? })
    }

    fn texts(&self, ends: &'static str, texts: &'static str) -> Result<Texts, Failure> {
        Ok(Texts { ends: self.integers(ends)?, bytes: self.range(texts)? })
    }
}

impl Source {
    fn bytes(&self, range: Range<u64>) -> Result<Cow<'_, [u8]>, Failure> {
        let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        match self {
            Self::Memory(bytes) => {
                let begin = usize::try_from(range.start).unwrap_or(usize::MAX);
                let bytes = bytes.get(begin..begin.saturating_add(length));
                Ok(Cow::Borrowed(bytes.ok_or(IndexError::Damaged("header"))?))
            }
            Self::File(file) => Ok(Cow::Owned(read_at(file, range.start, length)?)),
        }
    }
}

impl Integers {
    const fn damaged(&self) -> Failure {
        Failure::Damaged(IndexError::Damaged(self.name))
    }

    /// The bytes of those at these places, which must be there.
    fn bytes<'s>(&self, source: &'s Source, places: Range<usize>) -> Result<Cow<'s, [u8]>, Failure> {
        if places.start > places.end || places.end > self.count {
            return Err(self.damaged());
        }
        let at = |place: usize| self.begin + place as u64 * self.width;
        source.bytes(at(places.start)..at(places.end))
    }

    fn get(&self, source: &Source, place: usize) -> Result<i64, Failure> {
        let bytes = self.bytes(source, place..place.saturating_add(1))?;
        decode(&bytes, self.width).next().ok_or_else(|| self.damaged())
    }

    fn some(&self, source: &Source, places: Range<usize>) -> Result<Vec<i64>, Failure> {
        Ok(decode(&self.bytes(source, places)?, self.width).collect())
    }

    fn all(&self, source: &Source) -> Result<Vec<i64>, Failure> {
        self.some(source, 0..self.count)
    }

    /// From which place to which the list or text at this place reaches, of which these are ends.
    fn span(&self, source: &Source, place: usize) -> Result<Range<u64>, Failure> {
        let ends = self.some(source, place.saturating_sub(1)..place.saturating_add(1))?;
        let end = ends.last().copied().unwrap_or(0);
        let begin = if place == 0 { 0 } else { ends.first().copied().unwrap_or(0) };
        match (u64::try_from(begin), u64::try_from(end)) {
            (Ok(begin), Ok(end)) if begin <= end => Ok(begin..end),
            _ => Err(self.damaged()),
        }
    }
}

impl Keys {
    fn find(&self, source: &Source, key: i64) -> Result<Option<usize>, Failure> {
        Ok(self.find_all(source, key)?.next())
    }

    /// All places of a key.
    fn find_all(&self, source: &Source, key: i64) -> Result<Range<usize>, Failure> {
        // The first one may stand before the first top that is the key.
        let begin = self.tops.partition_point(|top| *top < key).saturating_sub(1) * STRIDE;
        let end = (self.tops.partition_point(|top| *top <= key) * STRIDE).min(self.keys.count);
        if begin >= end {
            return Ok(0..0);
        }
        let bytes = self.keys.bytes(source, begin..end)?;
        let at = |place: usize| {
            let width = usize::try_from(self.keys.width).unwrap_or(8);
            let bytes = bytes.get(place * width..(place + 1) * width).unwrap_or_default();
            decode(bytes, self.keys.width).next().unwrap_or(i64::MAX)
        };
        let first = partition_point(end - begin, |place| at(place) < key);
        let after = first + partition_point(end - begin - first, |place| at(first + place) == key);
        Ok(begin + first..begin + after)
    }
}

/// How many of so many places, from the first on, are as asked.
fn partition_point(count: usize, is: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

impl Lists {
    fn of(&self, source: &Source, key: i64) -> Result<Vec<i64>, Failure> {
        let Some(place) = self.keys.find(source, key)? else { return Ok(Vec::new()) };
        let span = self.ends.span(source, place)?;
        let place = |place| usize::try_from(place).map_err(|_| self.ends.damaged());
        self.values.some(source, place(span.start)?..place(span.end)?)
    }
}

impl Texts {
    fn get(&self, source: &Source, place: usize) -> Result<String, Failure> {
        self.text(source, self.ends.span(source, place)?)
    }

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

impl Failure {
    fn outside(self) -> ReleaseError {
        let path = FilePath::Vocabulary.to_string();
        match self {
            Self::Read(source) => ReleaseError::Read { path, source },
            Self::Damaged(source) => ReleaseError::Index { path, source },
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        Self::Damaged(error)
    }
}

impl fmt::Debug for ReleaseVocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReleaseVocabulary").field("version", &self.version).finish_non_exhaustive()
    }
}
