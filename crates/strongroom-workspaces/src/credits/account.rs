use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Timestamp, kind};
use thiserror::Error;

use super::{Amount, LedgerEntry, LedgerEntryKind, LedgerEvent, Threshold};

/// The initial credits of a person, from which the workspaces are paid that they created. Stored as a
/// `strongroom-credit-account/2` document; a `strongroom-credit-account/1` document is read.
///
/// What is spent and what is reserved is together never more than the limit at which it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct CreditAccount {
    person: Id<kind::Person>,
    limit: Amount,
    expires: Timestamp,
    extended: bool,
    told: BTreeSet<Threshold>,
    // INVARIANT: the keys are the ids; `spent`, `reserved`, `open` and `refunds` are made from these.
    entries: BTreeMap<Id<kind::LedgerEntry>, LedgerEntry>,
    // INVARIANT: the charges among `entries` of which less was taken than asked, with what was asked.
    curtailed: BTreeMap<Id<kind::LedgerEntry>, Amount>,
    spent: Amount,
    reserved: Amount,
    open: BTreeMap<Id<kind::LedgerEntry>, Amount>,
    refunds: BTreeMap<Id<kind::LedgerEntry>, Amount>,
}

/// What the programme gives to each person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "three numbers, each named where it is written")]
pub struct CreditPolicy {
    /// How much.
    pub amount: Amount,
    /// For how many days of 24 hours.
    pub days: u32,
    /// For how many days more, once.
    pub extension_days: u32,
}

impl CreditPolicy {
    /// 300 units for a year, and once for another one (All of Us Researcher Workbench, initial credits).
    pub const ALL_OF_US: Self = Self { amount: Amount::from_units(300), days: 365, extension_days: 365 };
}

/// Why nothing was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CreditError {
    /// There is not enough left.
    #[error("this costs {cost}, and {left} of the credits is left; use a billing account of your own")]
    LimitReached {
        /// What it would cost.
        cost: Amount,
        /// What is left.
        left: Amount,
    },
    /// The credits are no longer good.
    #[error("the credits expired at {since}; have them extended, or use a billing account of your own")]
    Expired {
        /// The first instant at which they were no longer good.
        since: Timestamp,
    },
    /// Another entry has the id.
    #[error("the ledger has another entry of this id; an id is for one entry, however often it is sent")]
    IdTaken,
    /// What the entry is about is not there, or is settled.
    #[error("the ledger has no entry that this one could be about; send that one first")]
    NothingThere,
    /// More was settled than reserved, or more given back than taken.
    #[error("the amount is more than the {most} that can be; correct it")]
    TooMuch {
        /// The most that it can be.
        most: Amount,
    },
    /// The credits were extended before.
    #[error("the credits were extended before, which is done once; use a billing account of your own")]
    ExtendedBefore,
}

impl CreditAccount {
    /// What a person gets who becomes a researcher at `now`.
    #[must_use]
    pub fn new(person: Id<kind::Person>, policy: CreditPolicy, now: Timestamp) -> Self {
        Self {
            person,
            limit: policy.amount,
            expires: now.plus_days(policy.days),
            extended: false,
            told: BTreeSet::new(),
            entries: BTreeMap::new(),
            curtailed: BTreeMap::new(),
            spent: Amount::ZERO,
            reserved: Amount::ZERO,
            open: BTreeMap::new(),
            refunds: BTreeMap::new(),
        }
    }

    /// What posting the entry comes to; nothing if it was posted before.
    ///
    /// A reservation is refused if there is not enough left, and nothing runs without one: that is the
    /// stop at the limit. A charge that nobody asked for before takes what is left and no more: its entry
    /// says what was taken, and [`LedgerEvent::Curtailed`] what was asked, so that another charge under its
    /// id is told from the same one sent again.
    ///
    /// # Errors
    /// If there is not enough left or the credits have expired; if another entry has the id; or if what
    /// the entry is about is not there or is less.
    pub fn post(&self, entry: &LedgerEntry, now: Timestamp) -> Result<Vec<LedgerEvent>, CreditError> {
        if let Some(before) = self.entries.get(&entry.id) {
            let same = before.workspace == entry.workspace && self.as_sent(before) == entry.kind;
            return if same { Ok(Vec::new()) } else { Err(CreditError::IdTaken) };
        }
        let mut entry = entry.clone();
        let mut curtailed = None;
        self.check_reference(&entry)?;
        match &mut entry.kind {
            LedgerEntryKind::Reserved { amount, .. } => self.check(*amount, now)?,
            LedgerEntryKind::Settled { .. } | LedgerEntryKind::Refunded { .. } => {}
            LedgerEntryKind::Charged { amount } => {
                // It came about when it says, however late it is sent.
                self.check(Amount::ZERO, entry.at.min(now))?;
                if self.left() == Amount::ZERO && *amount > Amount::ZERO {
                    return Err(CreditError::LimitReached { cost: *amount, left: Amount::ZERO });
                }
                if *amount > self.left() {
                    curtailed = Some(LedgerEvent::Curtailed { entry: entry.id, asked: *amount });
                    *amount = self.left();
                }
            }
        }
        let mut after = self.clone_totals();
        after.add(&entry);
        let mut events = vec![LedgerEvent::Posted(entry)];
        events.extend(curtailed);
        let reached = |one: &Threshold| one.is_reached(after.spent, self.limit) && !self.told.contains(one);
        events.extend(Threshold::ALL.into_iter().filter(reached).map(LedgerEvent::ThresholdReached));
        Ok(events)
    }

    /// Whether something of this cost can be begun now.
    ///
    /// # Errors
    /// If there is not enough left or the credits have expired.
    pub fn check(&self, cost: Amount, now: Timestamp) -> Result<(), CreditError> {
        if now >= self.expires {
            Err(CreditError::Expired { since: self.expires })
        } else if cost > self.left() {
            Err(CreditError::LimitReached { cost, left: self.left() })
        } else {
            Ok(())
        }
    }

    /// What extending the credits comes to: so many days more than they had, once.
    ///
    /// # Errors
    /// If they were extended before, or that would not make them good at `now`.
    pub fn extend(&self, policy: CreditPolicy, now: Timestamp) -> Result<Vec<LedgerEvent>, CreditError> {
        let until = self.expires.plus_days(policy.extension_days);
        if self.extended {
            Err(CreditError::ExtendedBefore)
        } else if now >= until {
            Err(CreditError::Expired { since: until })
        } else {
            Ok(vec![LedgerEvent::Extended { until }])
        }
    }

    /// What giving another amount comes to. It is never less than what is spent and reserved.
    ///
    /// # Errors
    /// If it would be.
    pub fn change_limit(&self, limit: Amount) -> Result<Vec<LedgerEvent>, CreditError> {
        let used = self.spent.plus(self.reserved);
        if limit < used {
            Err(CreditError::LimitReached { cost: used, left: limit })
        } else if limit == self.limit {
            Ok(Vec::new())
        } else {
            Ok(vec![LedgerEvent::LimitChanged(limit)])
        }
    }

    /// The reservations that nobody has settled and nobody will: their time is over.
    pub fn abandoned(&self, now: Timestamp) -> impl Iterator<Item = &LedgerEntry> {
        let open = self.open.keys().filter_map(|id| self.entries.get(id));
        open.filter(move |entry| match entry.kind {
            LedgerEntryKind::Reserved { until, .. } => until.is_some_and(|until| until <= now),
            _ => false,
        })
    }

    /// Carries out what a command came to.
    pub fn apply(&mut self, event: &LedgerEvent) {
        match event {
            LedgerEvent::Posted(entry) => {
                if !self.entries.contains_key(&entry.id) {
                    self.add(entry);
                    self.entries.insert(entry.id, entry.clone());
                }
            }
            LedgerEvent::Curtailed { entry, asked } => {
                self.curtailed.entry(*entry).or_insert(*asked);
            }
            LedgerEvent::ThresholdReached(threshold) => {
                self.told.insert(*threshold);
            }
            LedgerEvent::Extended { until } => {
                self.expires = *until;
                self.extended = true;
            }
            LedgerEvent::LimitChanged(limit) => {
                self.limit = *limit;
                // Who has more again is told again.
                let spent = self.spent;
                self.told.retain(|threshold| threshold.is_reached(spent, *limit));
            }
        }
    }

    /// Whether what the entry is about is there and large enough.
    fn check_reference(&self, entry: &LedgerEntry) -> Result<(), CreditError> {
        let (amount, most) = match &entry.kind {
            LedgerEntryKind::Reserved { .. } | LedgerEntryKind::Charged { .. } => return Ok(()),
            LedgerEntryKind::Settled { reservation, amount } => (amount, self.open.get(reservation).copied()),
            LedgerEntryKind::Refunded { cost, amount } => {
                let paid = self.entries.get(cost).and_then(LedgerEntry::cost);
                let back = self.refunds.get(cost).copied().unwrap_or_default();
                (amount, paid.map(|paid| paid.minus(back)))
            }
        };
        let most = most.ok_or(CreditError::NothingThere)?;
        if *amount <= most { Ok(()) } else { Err(CreditError::TooMuch { most }) }
    }

    /// Whether what was asked is noted of charges alone, and is more than was taken.
    fn check_curtailed(&self) -> Result<(), CreditError> {
        for (id, asked) in &self.curtailed {
            match self.entries.get(id).map(|entry| &entry.kind) {
                Some(LedgerEntryKind::Charged { amount }) if amount < asked => {}
                Some(LedgerEntryKind::Charged { amount }) => {
                    return Err(CreditError::TooMuch { most: *amount });
                }
                _ => return Err(CreditError::NothingThere),
            }
        }
        Ok(())
    }

    fn clone_totals(&self) -> Self {
        Self {
            entries: BTreeMap::new(),
            curtailed: BTreeMap::new(),
            told: BTreeSet::new(),
            open: self.open.clone(),
            refunds: BTreeMap::new(),
            ..*self
        }
    }

    /// What the entry was when it was sent: of a charge, what was asked and not what was taken.
    fn as_sent(&self, entry: &LedgerEntry) -> LedgerEntryKind {
        match self.curtailed.get(&entry.id) {
            Some(asked) => LedgerEntryKind::Charged { amount: *asked },
            None => entry.kind.clone(),
        }
    }

    fn add(&mut self, entry: &LedgerEntry) {
        match &entry.kind {
            LedgerEntryKind::Reserved { amount, .. } => {
                self.reserved = self.reserved.plus(*amount);
                self.open.insert(entry.id, *amount);
            }
            LedgerEntryKind::Settled { reservation, amount } => {
                if let Some(reserved) = self.open.remove(reservation) {
                    self.reserved = self.reserved.minus(reserved);
                    self.spent = self.spent.plus((*amount).min(reserved));
                }
            }
            LedgerEntryKind::Charged { amount } => self.spent = self.spent.plus(*amount),
            LedgerEntryKind::Refunded { cost, amount } => {
                self.spent = self.spent.minus(*amount);
                let back = self.refunds.entry(*cost).or_default();
                *back = back.plus(*amount);
            }
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn person(&self) -> Id<kind::Person> {
        self.person
    }

    /// What the programme gives.
    #[must_use]
    pub fn limit(&self) -> Amount {
        self.limit
    }

    /// What is spent.
    #[must_use]
    pub fn spent(&self) -> Amount {
        self.spent
    }

    /// What is reserved for what runs.
    #[must_use]
    pub fn reserved(&self) -> Amount {
        self.reserved
    }

    /// What is neither spent nor reserved.
    #[must_use]
    pub fn left(&self) -> Amount {
        self.limit.minus(self.spent).minus(self.reserved)
    }

    /// The first instant at which they are no longer good.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The entries, by id.
    pub fn entries(&self) -> impl Iterator<Item = &LedgerEntry> {
        self.entries.values()
    }

    /// What each workspace cost, refunds taken off.
    #[must_use]
    pub fn by_workspace(&self) -> BTreeMap<Id<kind::Workspace>, Amount> {
        let mut costs: BTreeMap<_, Amount> = BTreeMap::new();
        for entry in self.entries.values() {
            if let Some(cost) = entry.cost() {
                let back = self.refunds.get(&entry.id).copied().unwrap_or_default();
                let sum = costs.entry(entry.workspace).or_default();
                *sum = sum.plus(cost.minus(back));
            }
        }
        costs
    }
}

impl LedgerEntry {
    fn cost(&self) -> Option<Amount> {
        match self.kind {
            LedgerEntryKind::Settled { amount, .. } | LedgerEntryKind::Charged { amount } => Some(amount),
            LedgerEntryKind::Reserved { .. } | LedgerEntryKind::Refunded { .. } => None,
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "format")]
enum Document {
    #[serde(rename = "strongroom-credit-account/1")]
    V1(Box<StoredV1>),
    #[serde(rename = "strongroom-credit-account/2")]
    V2(Box<Stored>),
}

/// It did not say which charges took less than was asked.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredV1 {
    person: Id<kind::Person>,
    limit: Amount,
    expires: Timestamp,
    extended: bool,
    told: BTreeSet<Threshold>,
    entries: Vec<LedgerEntry>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    person: Id<kind::Person>,
    limit: Amount,
    expires: Timestamp,
    extended: bool,
    told: BTreeSet<Threshold>,
    entries: Vec<LedgerEntry>,
    curtailed: BTreeMap<Id<kind::LedgerEntry>, Amount>,
}

impl From<StoredV1> for Stored {
    fn from(stored: StoredV1) -> Self {
        let StoredV1 { person, limit, expires, extended, told, entries } = stored;
        Self { person, limit, expires, extended, told, entries, curtailed: BTreeMap::new() }
    }
}

impl TryFrom<Document> for CreditAccount {
    type Error = CreditError;

    fn try_from(document: Document) -> Result<Self, CreditError> {
        let stored = match document {
            Document::V1(stored) => (*stored).into(),
            Document::V2(stored) => *stored,
        };
        let Stored { person, limit, expires, extended, told, entries, curtailed } = stored;
        let policy = CreditPolicy { amount: limit, days: 0, extension_days: 0 };
        let mut account = Self { extended, told, curtailed, ..Self::new(person, policy, expires) };
        // What others are about comes first: ids say nothing about that.
        let order = |entry: &LedgerEntry| match entry.kind {
            LedgerEntryKind::Reserved { .. } | LedgerEntryKind::Charged { .. } => 0,
            LedgerEntryKind::Settled { .. } => 1,
            LedgerEntryKind::Refunded { .. } => 2,
        };
        let mut entries = entries;
        entries.sort_by_key(order);
        for entry in entries {
            if account.entries.contains_key(&entry.id) {
                return Err(CreditError::IdTaken);
            }
            account.check_reference(&entry)?;
            account.add(&entry);
            account.entries.insert(entry.id, entry);
        }
        account.check_curtailed()?;
        let used = account.spent.plus(account.reserved);
        if used > limit {
            return Err(CreditError::LimitReached { cost: used, left: limit });
        }
        Ok(account)
    }
}

impl From<CreditAccount> for Document {
    fn from(account: CreditAccount) -> Self {
        let CreditAccount { person, limit, expires, extended, told, entries, curtailed, .. } = account;
        let entries = entries.into_values().collect();
        Self::V2(Box::new(Stored { person, limit, expires, extended, told, entries, curtailed }))
    }
}
