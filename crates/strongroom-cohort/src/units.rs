use std::collections::BTreeMap;

use strongroom_omop::ConceptId;

use crate::ast::{Number, Unit};

/// What is known about units: which UCUM unit a unit concept stands for, and how values of one
/// measurement are converted (R15).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Units {
    units: BTreeMap<ConceptId, Unit>,
    factors: BTreeMap<(ConceptId, Unit, Unit), Number>,
}

impl Units {
    /// Adds the UCUM unit of a unit concept: its `concept_code` in the vocabulary `UCUM`.
    pub fn add_unit(&mut self, concept: ConceptId, unit: Unit) {
        self.units.insert(concept, unit);
    }

    /// Adds that values of this measurement in `from` are multiplied by `factor` to get `to`.
    pub fn add_factor(&mut self, measurement: ConceptId, from: Unit, to: Unit, factor: Number) {
        self.factors.insert((measurement, from, to), factor);
    }

    /// The unit of a unit concept.
    #[must_use]
    pub fn unit(&self, concept: ConceptId) -> Option<&Unit> {
        self.units.get(&concept)
    }

    /// The value of this measurement in the unit `to`; nothing where nothing says how to convert
    /// it.
    #[must_use]
    pub fn convert(&self, measurement: ConceptId, value: f64, from: &Unit, to: &Unit) -> Option<f64> {
        if from == to {
            return Some(value);
        }
        let key = (measurement, from.clone(), to.clone());
        self.factors.get(&key).map(|factor| value * factor.value())
    }
}
