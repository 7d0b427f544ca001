use proptest::prelude::*;
use strongroom_primitives::{Id, Label, ReleaseName, RowTier, Timestamp};

use super::*;
use crate::purpose::tests::complete;
use crate::{Billing, Circumstances, Workspace};

fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
}

fn amount(micros: u64) -> Amount {
    Amount::from_micros(micros).unwrap()
}

const POLICY: CreditPolicy = CreditPolicy { amount: Amount::from_units(1), days: 100, extension_days: 50 };

fn account() -> CreditAccount {
    CreditAccount::new(Id::from_u128(1), POLICY, now())
}

fn entry(id: u128, kind: LedgerEntryKind) -> LedgerEntry {
    LedgerEntry { id: Id::from_u128(id), at: now(), workspace: Id::from_u128(10), kind }
}

fn reserved(id: u128, micros: u64) -> LedgerEntry {
    entry(id, LedgerEntryKind::Reserved { amount: amount(micros), until: None })
}

fn settled(id: u128, reservation: u128, micros: u64) -> LedgerEntry {
    entry(id, LedgerEntryKind::Settled { reservation: Id::from_u128(reservation), amount: amount(micros) })
}

fn charged(id: u128, micros: u64) -> LedgerEntry {
    entry(id, LedgerEntryKind::Charged { amount: amount(micros) })
}

fn refunded(id: u128, cost: u128, micros: u64) -> LedgerEntry {
    entry(id, LedgerEntryKind::Refunded { cost: Id::from_u128(cost), amount: amount(micros) })
}

/// Posts the entry if it can be, and says which thresholds were reached.
fn post(account: &mut CreditAccount, entry: &LedgerEntry) -> Result<Vec<u8>, CreditError> {
    let events = account.post(entry, now())?;
    events.iter().for_each(|event| account.apply(event));
    let percent = |event: &LedgerEvent| match event {
        LedgerEvent::ThresholdReached(threshold) => Some(threshold.percent()),
        _ => None,
    };
    Ok(events.iter().filter_map(percent).collect())
}

#[test]
fn what_nobody_can_settle_any_more_is_abandoned() {
    let mut account = account();
    let until = |id: u128, until| entry(id, LedgerEntryKind::Reserved { amount: amount(100), until });
    let end = now().plus_minutes(15);
    for one in [until(1, Some(end)), until(2, Some(end)), until(3, None), charged(4, 100)] {
        post(&mut account, &one).unwrap();
    }
    post(&mut account, &settled(5, 2, 50)).unwrap();
    let abandoned = |at| account.abandoned(at).map(|entry| entry.id).collect::<Vec<_>>();
    assert_eq!(abandoned(now().plus_minutes(14)), []);
    assert_eq!(abandoned(end), [Id::from_u128(1)]);
    let json = serde_json::to_string(&account).unwrap();
    assert_eq!(serde_json::from_str::<CreditAccount>(&json).unwrap(), account);
    assert_eq!(json.matches("until").count(), 2, "{json}");
}

#[test]
fn a_query_reserves_its_estimate_runs_and_is_settled() {
    let mut account = account();
    post(&mut account, &reserved(1, 600_000)).unwrap();
    assert_eq!((account.left(), account.reserved()), (amount(400_000), amount(600_000)));
    assert_eq!(
        post(&mut account, &reserved(2, 400_001)),
        Err(CreditError::LimitReached { cost: amount(400_001), left: amount(400_000) }),
        "the stop at the limit"
    );
    let too_much = CreditError::TooMuch { most: amount(600_000) };
    assert_eq!(post(&mut account, &settled(3, 1, 600_001)), Err(too_much));
    assert_eq!(post(&mut account, &settled(3, 1, 500_000)), Ok(vec![50]));
    assert_eq!((account.left(), account.spent()), (amount(500_000), amount(500_000)));
    assert_eq!(post(&mut account, &settled(4, 1, 1)), Err(CreditError::NothingThere), "settled twice");
    assert_eq!(post(&mut account, &settled(3, 1, 500_000)), Ok(vec![]), "sent again");
    assert_eq!(post(&mut account, &settled(3, 1, 400_000)), Err(CreditError::IdTaken));
    post(&mut account, &refunded(5, 3, 100_000)).unwrap();
    let most = amount(400_000);
    assert_eq!(post(&mut account, &refunded(6, 3, 400_001)), Err(CreditError::TooMuch { most }));
    assert_eq!(account.spent(), amount(400_000));
    assert_eq!(account.by_workspace(), [(Id::from_u128(10), amount(400_000))].into());
}

#[test]
fn people_are_told_at_each_threshold_once() {
    let mut account = account();
    for (micros, expected) in [
        (499_999, vec![]),
        (1, vec![50]),
        (1, vec![]),
        (399_999, vec![75, 90]),
        (99_999, vec![]),
        // What nobody asks before takes what is left and no more.
        (2, vec![100]),
    ] {
        let id = account.entries().count() as u128 + 1;
        assert_eq!(post(&mut account, &charged(id, micros)), Ok(expected), "{micros}");
    }
    assert_eq!((account.spent(), account.left()), (account.limit(), Amount::ZERO));
    let refused = post(&mut account, &charged(99, 1));
    assert_eq!(refused, Err(CreditError::LimitReached { cost: amount(1), left: Amount::ZERO }));

    let more = account.change_limit(Amount::from_units(2)).unwrap();
    more.iter().for_each(|event| account.apply(event));
    assert_eq!(post(&mut account, &charged(99, 500_000)), Ok(vec![75]), "half was told and is reached still");
}

/// Under one id there is one charge, whatever of it was taken.
#[test]
fn a_charge_that_is_sent_again_with_another_amount_is_refused() {
    let mut account = account();
    post(&mut account, &charged(1, 400_000)).unwrap();
    // No more than 600,000 are left of this one.
    post(&mut account, &charged(2, 900_000)).unwrap();
    let before = account.clone();
    for (id, micros, expected) in [
        (1, 400_000, Ok(vec![])),
        (1, 400_001, Err(CreditError::IdTaken)),
        (1, 900_000, Err(CreditError::IdTaken)),
        (1, 399_999, Err(CreditError::IdTaken)),
        (2, 900_000, Ok(vec![])),
        (2, 900_001, Err(CreditError::IdTaken)),
        (2, 600_000, Err(CreditError::IdTaken)),
        (2, 700_000, Err(CreditError::IdTaken)),
    ] {
        assert_eq!(post(&mut account, &charged(id, micros)), expected, "charge {id} of {micros}");
        let stored = serde_json::to_string(&account).unwrap();
        account = serde_json::from_str(&stored).unwrap();
    }
    assert_eq!(account, before);
}

/// The first format did not say what was asked: whoever repeats a charge of which less was taken is
/// told that the id is taken, and nothing is taken twice.
#[test]
fn an_account_of_the_first_format_is_read() {
    let mut account = account();
    post(&mut account, &charged(1, 400_000)).unwrap();
    let second = serde_json::to_string(&account).unwrap();
    let first = second.replace("account/2", "account/1").replace(r#","curtailed":{}"#, "");
    assert_ne!(first, second);
    assert_eq!(serde_json::from_str::<CreditAccount>(&first).unwrap(), account);
    for (from, to) in [
        (r#""curtailed":{}"#, r#""curtailed":{"ledger-entry-00000000-0000-0000-0000-000000000001":400000}"#),
        (r#""curtailed":{}"#, r#""curtailed":{"ledger-entry-00000000-0000-0000-0000-000000000002":500000}"#),
        (r#","curtailed":{}"#, ""),
    ] {
        let odd = second.replace(from, to);
        assert_ne!(odd, second);
        assert!(serde_json::from_str::<CreditAccount>(&odd).is_err(), "{odd}");
    }
}

#[test]
fn credits_expire_and_are_extended_once() {
    let account = account();
    let expires = now().plus_days(100);
    assert_eq!(account.expires(), expires);
    assert_eq!(account.check(Amount::ZERO, expires), Err(CreditError::Expired { since: expires }));
    assert!(account.check(Amount::ZERO, now().plus_days(99)).is_ok());
    let mut late = charged(1, 5);
    assert!(account.post(&late, expires).is_ok(), "it came about in time and was sent late");
    late.at = expires;
    assert_eq!(account.post(&late, expires), Err(CreditError::Expired { since: expires }));

    let mut extended = account.clone();
    for event in account.extend(POLICY, now().plus_days(140)).unwrap() {
        extended.apply(&event);
    }
    assert_eq!(extended.expires(), now().plus_days(150));
    assert_eq!(extended.extend(POLICY, now()), Err(CreditError::ExtendedBefore));
    let since = now().plus_days(150);
    assert_eq!(account.extend(POLICY, since), Err(CreditError::Expired { since }), "too late to help");
}

#[test]
fn the_limit_is_not_lowered_below_what_is_used() {
    let mut account = account();
    post(&mut account, &reserved(1, 700_000)).unwrap();
    assert!(account.change_limit(amount(699_999)).is_err());
    assert_eq!(account.change_limit(amount(700_000)), Ok(vec![LedgerEvent::LimitChanged(amount(700_000))]));
    assert_eq!(account.change_limit(account.limit()), Ok(vec![]));
}

#[test]
fn machines_stop_for_a_reason_and_no_longer_than_it_lasts() {
    let title = Label::new("Study").unwrap();
    let release = ReleaseName::new("R1").unwrap();
    let workspace = Workspace::new(
        Id::from_u128(10),
        title,
        complete(),
        Id::from_u128(1),
        release,
        RowTier::Registered,
        now(),
    );
    let own = workspace.clone().with_billing(Billing::OwnAccount { account: Label::new("x").unwrap() });
    let mut empty = account();
    post(&mut empty, &charged(1, 9_000_000)).unwrap();
    let soon = now().plus_minutes(10);
    let after = now().plus_days(200);
    for (workspace, account, security, at, expected) in [
        (&workspace, &account(), None, now(), None),
        (&workspace, &empty, None, now(), Some(ComputeSuspension::CreditsUsedUp)),
        (&own, &empty, None, now(), None),
        (&own, &empty, Some(soon), now(), Some(ComputeSuspension::Security { until: soon })),
        (&own, &empty, Some(soon), soon, None),
        (
            &workspace,
            &account(),
            None,
            after,
            Some(ComputeSuspension::CreditsExpired { since: now().plus_days(100) }),
        ),
        (&own, &account(), None, after, None),
    ] {
        assert_eq!(compute_suspension(workspace, account, security, &Circumstances::at(at)), expected);
    }
}

#[test]
fn amounts_are_written_with_their_units() {
    for (micros, expected) in
        [(0, "0.00"), (1, "0.000001"), (9_999, "0.009999"), (10_000, "0.01"), (299_999_999, "299.99")]
    {
        assert_eq!(amount(micros).to_string(), expected);
    }
    assert!(Amount::from_micros(9_007_199_254_740_992).is_err());
    assert_eq!(Amount::LARGEST.plus(amount(1)), Amount::LARGEST);
}

#[test]
fn estimates_are_rounded_up_and_never_wrap() {
    let model = CostModel::new(amount(1_000), amount(5_000_000), amount(10));
    for (rows, bytes, expected) in [
        (0, 0, 10),
        (1, 0, 10),
        (20_000, 0, 20),
        (20_001, 0, 21),
        (0, 1 << 30, 5_000_000),
        (1_000_000, 1 << 30, 5_001_000),
        (u64::MAX, u64::MAX, 9_007_199_254_740_991),
    ] {
        assert_eq!(model.estimate(rows, bytes).micros(), expected, "{rows} rows, {bytes} bytes");
    }
}

/// Every sequence of up to five entries, sent in any order and any number of times, from a small ledger
/// with a limit of ten.
#[test]
fn no_sequence_of_entries_takes_more_than_there_is() {
    let sent = [
        reserved(1, 6),
        settled(2, 1, 4),
        settled(3, 1, 7),
        reserved(4, 5),
        charged(5, 9),
        refunded(6, 5, 9),
        refunded(7, 2, 4),
    ];
    let small = CreditPolicy { amount: amount(10), ..POLICY };
    let mut border = vec![CreditAccount::new(Id::from_u128(1), small, now())];
    let mut refusals = 0;
    for _ in 0..5 {
        let mut next = Vec::new();
        for account in &border {
            for entry in &sent {
                let mut after = account.clone();
                refusals += usize::from(post(&mut after, entry).is_err());
                assert!(after.spent().plus(after.reserved()) <= after.limit(), "{after:?}");
                assert_eq!(after.by_workspace().into_values().sum::<Amount>(), after.spent());
                let again = after.clone();
                assert!(after.entries().all(|one| one.id != entry.id) || post(&mut after, entry).is_ok());
                assert_eq!(after, again, "an entry that was sent twice counted twice");
                if !next.contains(&after) {
                    next.push(after);
                }
            }
        }
        border = next;
    }
    assert!(border.len() > 10 && refusals > 100, "{} states, {refusals} refusals", border.len());
}

/// Reservations with their settlements, charges and refunds, of which some are sent several times.
fn any_entries() -> impl Strategy<Value = Vec<LedgerEntry>> {
    let kind = |most: u64| (0_u8..4, 0_u64..most, 0_u64..=100);
    prop::collection::vec(kind(300_000), 0..12).prop_map(|drawn| {
        let mut entries = Vec::new();
        for (id, (kind, micros, part)) in (1_u128..).step_by(2).zip(drawn) {
            let (cost, rest) = (micros * part / 100, id + 1);
            match kind {
                0 => entries.push(reserved(id, micros)),
                1 => entries.extend([reserved(id, micros), settled(rest, id, cost)]),
                2 => entries.push(charged(id, micros)),
                _ => entries.extend([charged(id, micros), refunded(rest, id, cost)]),
            }
        }
        entries
    })
}

/// Sends everything again and again until nothing new is taken.
fn deliver(mut sent: Vec<LedgerEntry>) -> CreditAccount {
    let mut account = account();
    loop {
        let before = account.clone();
        for entry in &sent {
            post(&mut account, entry).ok();
            assert!(account.spent().plus(account.reserved()) <= account.limit());
        }
        sent.reverse();
        if account == before {
            return account;
        }
    }
}

proptest! {
    #[test]
    fn the_balance_is_the_sum_of_the_entries_and_never_beyond_the_limit(
        (entries, order, twice) in any_entries().prop_flat_map(|entries| {
            let number = entries.len();
            let repeated = prop::collection::vec(0..number.max(1), 0..=number);
            (Just(entries.clone()), Just(entries).prop_shuffle(), repeated)
        }),
    ) {
        let mut sent = order;
        sent.extend(twice.into_iter().filter_map(|place| entries.get(place).cloned()));
        let account = deliver(sent);

        // Added up from the entries that were taken, with no regard to how.
        let mut spent = 0_i128;
        let mut reserved = 0_i128;
        for entry in account.entries() {
            let of = |id: &Id<_>| account.entries().find(|one| one.id == *id).cloned().unwrap();
            match &entry.kind {
                LedgerEntryKind::Reserved { amount, .. } => reserved += i128::from(amount.micros()),
                LedgerEntryKind::Charged { amount } => spent += i128::from(amount.micros()),
                LedgerEntryKind::Refunded { amount, .. } => spent -= i128::from(amount.micros()),
                LedgerEntryKind::Settled { reservation, amount } => {
                    spent += i128::from(amount.micros());
                    if let LedgerEntryKind::Reserved { amount, .. } = of(reservation).kind {
                        reserved -= i128::from(amount.micros());
                    }
                }
            }
        }
        prop_assert_eq!(i128::from(account.spent().micros()), spent);
        prop_assert_eq!(i128::from(account.reserved().micros()), reserved);
        prop_assert!(spent + reserved <= i128::from(account.limit().micros()) && spent >= 0);
        let by_workspace: Amount = account.by_workspace().into_values().sum();
        prop_assert_eq!(by_workspace, account.spent());

        let json = serde_json::to_string(&account).unwrap();
        prop_assert!(json.starts_with(r#"{"format":"strongroom-credit-account/2""#), "{}", json);
        prop_assert_eq!(&serde_json::from_str::<CreditAccount>(&json).unwrap(), &account);
    }

    /// Where the limit stops nothing, the order and the number of deliveries are of no account.
    #[test]
    fn retries_and_order_change_nothing(
        (entries, order) in any_entries().prop_flat_map(|entries| {
            let twice: Vec<_> = entries.iter().chain(&entries).cloned().collect();
            (Just(entries), Just(twice).prop_shuffle())
        }),
    ) {
        let cost = |entry: &LedgerEntry| match entry.kind {
            LedgerEntryKind::Reserved { amount, .. } | LedgerEntryKind::Charged { amount } => amount.micros(),
            _ => 0,
        };
        prop_assume!(entries.iter().map(cost).sum::<u64>() < 1_000_000);
        let totals = |account: &CreditAccount| {
            (account.spent(), account.reserved(), account.entries().cloned().collect::<Vec<_>>())
        };
        prop_assert_eq!(totals(&deliver(order)), totals(&deliver(entries)));
    }
}
