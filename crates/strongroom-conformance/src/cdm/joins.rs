use strongroom_omop::ConceptId;

use super::error::CdmError;
use super::lookup::Lookup;
use super::source::Source;
use super::table_data::{TableData, Wanted};

/// What events say by reference: visits, care sites and providers.
#[derive(Debug)]
pub(super) struct Joins {
    visits: Lookup<Visit>,
    /// Places of service, by care site.
    places: Lookup<ConceptId>,
    /// Specialties, by provider.
    specialties: Lookup<ConceptId>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Visit {
    person: i64,
    pub(super) kind: Option<ConceptId>,
    pub(super) place: Option<ConceptId>,
}

impl Joins {
    pub(super) fn read(source: &Source) -> Result<Self, CdmError> {
        let places = read_concepts(source, "care_site", ["care_site_id", "place_of_service_concept_id"])?;
        let specialties = read_concepts(source, "provider", ["provider_id", "specialty_concept_id"])?;
        let wanted =
            ["visit_occurrence_id", "person_id", "visit_concept_id", "care_site_id"].map(Wanted::integer);
        let mut visits = Vec::new();
        if let Some(data) = TableData::read(source, "visit_occurrence", wanted.to_vec())? {
            visits.reserve_exact(data.len());
            for row in data.rows() {
                let visit = Visit {
                    person: row.key(1)?,
                    kind: row.integer(2).map(ConceptId::new),
                    place: row.integer(3).and_then(|site| places.get(site)).copied(),
                };
                visits.push((row.key(0)?, visit));
            }
        }
        Ok(Self { visits: Lookup::new(visits), places, specialties })
    }

    /// The visit with this id, if it is one of this person's.
    pub(super) fn visit(&self, id: i64, person: i64) -> Option<Visit> {
        self.visits.get(id).filter(|visit| visit.person == person).copied()
    }

    pub(super) fn place(&self, care_site: i64) -> Option<ConceptId> {
        self.places.get(care_site).copied()
    }

    pub(super) fn specialty(&self, provider: i64) -> Option<ConceptId> {
        self.specialties.get(provider).copied()
    }
}

fn read_concepts(
    source: &Source,
    table: &'static str,
    columns: [&'static str; 2],
) -> Result<Lookup<ConceptId>, CdmError> {
    let mut concepts = Vec::new();
    if let Some(data) = TableData::read(source, table, columns.map(Wanted::integer).to_vec())? {
        for row in data.rows() {
            let id = row.key(0)?;
            concepts.extend(row.integer(1).map(|concept| (id, ConceptId::new(concept))));
        }
    }
    Ok(Lookup::new(concepts))
}
