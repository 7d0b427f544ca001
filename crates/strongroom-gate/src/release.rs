use std::borrow::Cow;

use strongroom_primitives::{ReleaseName, RowTier, Timestamp};
use strongroom_tiers::{Catalogue, Opening, Policy, Release, ReleaseObjection, ReleaseState, Way};

use crate::{Facts, Objection};

/// The releases that are known: all of them, or the one that was given alone.
pub(crate) fn releases<'a>(facts: &Facts<'a>) -> Cow<'a, Catalogue> {
    match (facts.catalogue(), facts.release()) {
        (Some(catalogue), _) => Cow::Borrowed(catalogue),
        (None, alone) => {
            let mut catalogue = Catalogue::default();
            if let Some(release) = alone {
                // The first release of a catalogue collides with none.
                drop(catalogue.publish(release.clone()));
            }
            Cow::Owned(catalogue)
        }
    }
}

/// The tier of a release that exists for researchers.
pub(crate) fn tier_of(releases: &Catalogue, name: &ReleaseName, now: Timestamp) -> Option<RowTier> {
    let published = |release: &&Release| release.state_at(now) != ReleaseState::InPreparation;
    releases.release(name).filter(published).map(Release::tier)
}

/// Whether the release can be worked on in this way, and until when that is known.
pub(crate) fn open(
    policy: &Policy,
    facts: &Facts<'_>,
    releases: &Catalogue,
    name: &ReleaseName,
    way: Way<'_>,
    now: Timestamp,
) -> Result<Timestamp, Vec<Objection>> {
    let mut opening = Opening::new(name, way, facts.intent());
    if let Some(tier) = facts.open_tier() {
        opening = opening.with_open_tier(tier);
    }
    match releases.open(policy.releases(), &opening, now) {
        Ok(opened) => Ok(opened.until()),
        Err(objections) => {
            Err(objections.into_vec().into_iter().map(|objection| in_our_words(objection, name)).collect())
        }
    }
}

fn in_our_words(objection: ReleaseObjection, asked: &ReleaseName) -> Objection {
    match objection {
        ReleaseObjection::Withdrawn { release, since } => Objection::ReleaseWithdrawn { release, since },
        ReleaseObjection::Archived(release) => Objection::ReleaseArchived { release },
        ReleaseObjection::OnlyToReplicate { release, newest } => {
            Objection::ReleaseOnlyToReplicate { release, newest }
        }
        ReleaseObjection::OtherTier { from, to } => Objection::CopyToOtherTier { from, to },
        ReleaseObjection::OtherTierOpen { open, asked } => Objection::OtherTierOpen { open, asked },
        // Also an objection that is not known here: nobody gets in by it.
        _ => Objection::ReleaseUnavailable { release: asked.clone() },
    }
}
