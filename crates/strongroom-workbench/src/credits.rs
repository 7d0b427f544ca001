//! What stands between a query and the credits of whoever pays for it.

use strongroom_audit::{Action as Recorded, Actor as By};
use strongroom_cdr::Extent;
use strongroom_gate::LONGEST_LEASE_MINUTES;
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_workspaces::{
    Action, Amount, Billing, CreditAccount, CreditError, LedgerEntry, LedgerEntryKind, LedgerEvent, Workspace,
};

use crate::admission::code;
use crate::{Workbench, WorkbenchError};

/// That the credits of whoever created the workspace hold what something is about to cost.
#[must_use = "what is reserved is not there for others until it is settled"]
pub(crate) struct Reservation {
    request: Id<kind::Request>,
    payer: Id<kind::Person>,
    workspace: Id<kind::Workspace>,
    entry: Id<kind::LedgerEntry>,
    cost: Amount,
}

impl Workbench {
    /// What it costs to read so much; nothing where nothing costs anything.
    pub(crate) fn cost_of(&self, extent: Extent) -> Amount {
        self.prices.map_or(Amount::ZERO, |prices| prices.model.estimate(extent.rows, extent.bytes))
    }

    /// Reserves what it costs to read so much in the workspace, or stops here: nothing runs that cannot be
    /// paid. `None` where nothing has to be.
    pub(crate) async fn reserve(
        &self,
        request: Id<kind::Request>,
        person: Id<kind::Person>,
        workspace: &Workspace,
        extent: Extent,
        asked: Action,
    ) -> Result<Option<Reservation>, WorkbenchError> {
        if self.prices.is_none() || *workspace.billing() != Billing::InitialCredits {
            return Ok(None);
        }
        let (payer, cost) = (workspace.creator(), self.cost_of(extent));
        let reservation =
            Reservation { request, payer, workspace: workspace.id(), entry: self.new_id(), cost };
        // No query outlives the lease on which it was begun.
        let until = Some(self.now().plus_minutes(LONGEST_LEASE_MINUTES));
        let kind = LedgerEntryKind::Reserved { amount: cost, until };
        let entry = LedgerEntry { id: reservation.entry, at: self.now(), workspace: workspace.id(), kind };
        let reserve = |credits: &CreditAccount| {
            let mut credits = credits.clone();
            let mut events = self.give_back(&credits)?;
            events.iter().for_each(|event| credits.apply(event));
            events.extend(credits.post(&entry, self.now())?);
            Ok(events)
        };
        match self.change_credits(request, By::Person(person), payer, reserve).await {
            Ok(_) => Ok(Some(reservation)),
            Err(WorkbenchError::Credit(stop)) => {
                let refused = Recorded::Refused {
                    tier: workspace.tier(),
                    asked: code(&asked.to_string())?,
                    objections: NonEmpty::new(code(stop_code(&stop))?),
                };
                let event = self.event(request, person, refused).in_workspace(workspace.id());
                self.record(NonEmpty::new(event.on_release(workspace.release().clone()))).await?;
                Err(stop.into())
            }
            Err(other) => Err(other),
        }
    }

    /// Gives back what was reserved for queries that were given up half-way and so never settled.
    fn give_back(&self, credits: &CreditAccount) -> Result<Vec<LedgerEvent>, CreditError> {
        let mut events = Vec::new();
        let now = self.now();
        for abandoned in credits.abandoned(now) {
            let kind = LedgerEntryKind::Settled { reservation: abandoned.id, amount: Amount::ZERO };
            let entry = LedgerEntry { id: self.new_id(), at: now, workspace: abandoned.workspace, kind };
            events.extend(credits.post(&entry, now)?);
        }
        Ok(events)
    }

    /// Settles what was reserved: at its cost if it ran, at nothing if it did not.
    pub(crate) async fn settle(
        &self,
        reservation: Option<Reservation>,
        ran: bool,
    ) -> Result<(), WorkbenchError> {
        let Some(Reservation { request, payer, workspace, entry, cost }) = reservation else { return Ok(()) };
        let amount = if ran { cost } else { Amount::ZERO };
        let kind = LedgerEntryKind::Settled { reservation: entry, amount };
        let entry = LedgerEntry { id: self.new_id(), at: self.now(), workspace, kind };
        self.post_entry(request, By::System, payer, &entry).await?;
        Ok(())
    }

    /// Posts an entry to the credits of a person, who gets their first ones by that.
    pub(crate) async fn post_entry(
        &self,
        request: Id<kind::Request>,
        by: By,
        payer: Id<kind::Person>,
        entry: &LedgerEntry,
    ) -> Result<Vec<LedgerEvent>, WorkbenchError> {
        self.change_credits(request, by, payer, |credits| credits.post(entry, self.now())).await
    }

    /// Changes the credits of a person, who gets their first ones by that.
    pub(crate) async fn change_credits(
        &self,
        request: Id<kind::Request>,
        by: By,
        payer: Id<kind::Person>,
        change: impl Fn(&CreditAccount) -> Result<Vec<LedgerEvent>, CreditError> + Send + Sync,
    ) -> Result<Vec<LedgerEvent>, WorkbenchError> {
        let prices = self.prices.ok_or(WorkbenchError::NoCredits)?;
        self.change_usage(payer, |record| {
            let given = || CreditAccount::new(payer, prices.given, self.now());
            let mut credits = record.credits().cloned().unwrap_or_else(given);
            let events = change(&credits)?;
            let mut recorded = Vec::with_capacity(events.len());
            for event in &events {
                credits.apply(event);
                let fact = Recorded::PersonChanged { person: payer, fact: code(ledger_code(event))? };
                recorded.push(self.event_by(by.clone(), self.now(), request, fact));
            }
            Ok((record.with_credits(credits), recorded, events))
        })
        .await
    }
}

const fn stop_code(stop: &CreditError) -> &'static str {
    match stop {
        CreditError::LimitReached { .. } => "credit-limit-reached",
        CreditError::Expired { .. } => "credits-expired",
        _ => "credits",
    }
}

const fn ledger_code(event: &LedgerEvent) -> &'static str {
    match event {
        LedgerEvent::Posted(entry) => match entry.kind {
            LedgerEntryKind::Reserved { .. } => "credits-reserved",
            LedgerEntryKind::Settled { .. } => "credits-settled",
            LedgerEntryKind::Charged { .. } => "credits-charged",
            LedgerEntryKind::Refunded { .. } => "credits-refunded",
        },
        LedgerEvent::Curtailed { .. } => "credits-charge-curtailed",
        LedgerEvent::ThresholdReached(_) => "credits-threshold",
        LedgerEvent::Extended { .. } => "credits-extended",
        LedgerEvent::LimitChanged(_) => "credits-limit",
        _ => "credits",
    }
}
