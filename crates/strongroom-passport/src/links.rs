use std::collections::BTreeMap;

use strongroom_primitives::Timestamp;

use crate::{Identity, VerifiedVisa, VisaValue};

/// Which accounts are one person's, and until when that is known (GA4GH Passport 1.2,
/// LinkedIdentities).
///
/// Visas chain: each joins its own account and those in its list. A chain holds until the first of
/// its visas ends; of several chains the longest-lived counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Links {
    groups: Vec<(Vec<Identity>, Timestamp)>,
}

impl Links {
    /// The links of these visas. A link with conditions joins nothing: its conditions would have to
    /// be met by visas that only the link makes the person's own.
    pub(crate) fn of<'a>(visas: impl Iterator<Item = &'a VerifiedVisa>) -> Self {
        let groups = visas.filter(|visa| visa.conditions().is_none()).filter_map(|visa| {
            let VisaValue::LinkedIdentities(others) = visa.value() else { return None };
            let accounts = std::iter::once(visa.identity()).chain(others.iter()).cloned();
            Some((accounts.collect(), visa.not_after()))
        });
        Self { groups: groups.collect() }
    }

    /// The accounts of the person who has this one, each with the instant from which on that is no
    /// longer known; their own account is theirs for ever.
    pub(crate) fn accounts(&self, of: &Identity) -> BTreeMap<Identity, Timestamp> {
        let mut known = BTreeMap::from([(of.clone(), Timestamp::LAST)]);
        // Every round but the last prolongs at least one account, and each has only as many ends
        // as there are groups: it stops.
        loop {
            let mut changed = false;
            for (accounts, end) in &self.groups {
                let best = accounts.iter().filter_map(|account| known.get(account)).max().copied();
                let Some(best) = best else { continue };
                let end = best.min(*end);
                for account in accounts {
                    if known.get(account).is_none_or(|until| *until < end) {
                        known.insert(account.clone(), end);
                        changed = true;
                    }
                }
            }
            if !changed {
                return known;
            }
        }
    }
}
