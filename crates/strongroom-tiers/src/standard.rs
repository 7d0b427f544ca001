use strongroom_primitives::{Label, NonEmpty, Paragraph, RequirementName};

use crate::{Declaration, EvidenceKind, Policy};

/// The declarations of requirements that are known by their names alone: those of All of Us, and
/// those that are called as a kind is whose parameters have a usual value.
pub(crate) struct Standard {
    all_of_us: Option<Policy>,
}

impl Standard {
    pub(crate) fn load() -> Self {
        Self { all_of_us: Policy::all_of_us().ok() }
    }

    /// The declaration of this name, if it is known.
    pub(crate) fn declaration(&self, name: &RequirementName) -> Option<Declaration> {
        let shipped = self.all_of_us.as_ref().and_then(|policy| policy.declaration(name));
        shipped.cloned().or_else(|| called_as_its_kind(name))
    }
}

fn called_as_its_kind(name: &RequirementName) -> Option<Declaration> {
    let (evidence, title, next_step) = match name.as_str() {
        "self-attestation" => (EvidenceKind::SelfAttestation, "Confirmation", "Confirm it."),
        "training" => (
            EvidenceKind::Training {
                courses: NonEmpty::new(Label::new("training").ok()?),
                minimum_score_percent: 80,
            },
            "Training",
            "Complete the training.",
        ),
        _ => return None,
    };
    Some(Declaration::new(name.clone(), Label::new(title).ok()?, evidence, Paragraph::new(next_step).ok()?))
}
