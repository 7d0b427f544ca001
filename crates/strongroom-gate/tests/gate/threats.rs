//! Threats to a data enclave, each tried as far as it lies in the decision. The numbers are those of
//! the threat list of the project.

use std::collections::{BTreeMap, BTreeSet};

use strongroom_access::{
    Agreement, Approval, Bypass, BypassError, BypassedBy, CodeOfConduct, ConductVersion, CountryCode,
    CountryRule, EmailAddress, EmailDomain, Evidence, Initials, Institution, InstitutionalRole, Membership,
    Person, Proof, Requirement, RequirementCatalogue, RequirementGap, RequirementKind, RequirementStatus,
    Retraction, Subject, live_bypasses,
};
use strongroom_gate::{Ask, Decision, Facts, Receipt, admit, explain};
use strongroom_primitives::{Id, RowTier};
use strongroom_tiers::Policy;
use strongroom_workspaces::{Action, Actor, Change, Circumstances, Command, Role};

use crate::world::{
    Account, Brought, Concrete, SetAside, Signed, World, bypass, concrete, days_ago, label, now, paragraph,
    person, policy, requirement_name, requirements, share, workspace,
};

fn codes(decision: Decision) -> Vec<&'static str> {
    match decision {
        Decision::Admitted(_) => Vec::new(),
        Decision::Refused(refusal) => refusal.objections().iter().map(|one| one.code()).collect(),
    }
}

#[test]
fn t11_whatever_was_not_loaded_closes_the_door() {
    let there = concrete(World::BEST);
    let institution = there.institution.as_ref().unwrap();
    let release = there.release.as_ref().unwrap();
    let ask = Ask::new(there.workspace.id(), Action::View);
    for loaded in 0..32_u32 {
        let has = |bit: u32| loaded & (1 << bit) != 0;
        let definitions = if has(0) { there.requirements.as_slice() } else { &[] };
        let evidence = if has(1) { there.evidence.as_slice() } else { &[] };
        let mut facts = Facts::new(&there.person, definitions, evidence);
        if has(2) {
            facts = facts.with_institution(institution);
        }
        if has(3) {
            facts = facts.with_workspace(&there.workspace);
        }
        if has(4) {
            facts = facts.with_release(release);
        }
        let admitted = admit(policy(), &facts, &ask, &[], now()).is_admitted();
        assert_eq!(admitted, loaded == 31, "{loaded:05b}");
    }
}

/// The roles of two people in a workspace that somebody else owns as well.
type Roles = [Option<Role>; 2];

/// What one command by one of the two can make of their roles, whatever permit of theirs it is given
/// with.
fn one_command_later(roles: Roles) -> BTreeSet<Roles> {
    let people = [person(), Id::from_u128(12)];
    let mut there = concrete(World { role: roles[0], ..World::BEST });
    if let Some(role) = roles[1] {
        share(&mut there.workspace, people[1], role);
    }
    let changes = people.into_iter().flat_map(|with| {
        let share = Role::ALL.map(|role| Change::Share { with, role });
        share.into_iter().chain([Change::Unshare(with)])
    });
    let changes: Vec<Change> = changes.collect();
    let mut reached = BTreeSet::new();
    for actor in people {
        let email = EmailAddress::new("ada@uni.edu").unwrap();
        there.person = Person::new(actor, label("Somebody"), email).with_institution(Id::from_u128(2));
        let Ok(session) = there.admit(Action::View, &[]).into_result() else { continue };
        for permit in Action::ALL.into_iter().filter_map(|action| session.change_permit(action, now()).ok()) {
            let actor = Actor::member(actor, permit.workspace(), permit.action(), permit.not_after());
            for change in &changes {
                let mut workspace = there.workspace.clone();
                let command = Command::change(workspace.etag(), change.clone());
                if let Ok(events) = workspace.decide(&actor, &command, &Circumstances::at(now())) {
                    workspace.apply_all(&events);
                    reached.insert(people.map(|one| workspace.role_of(one)));
                }
            }
        }
    }
    reached
}

/// From every distribution of roles, whatever commands are given in whatever order.
#[test]
fn t12_nobody_who_may_not_share_comes_by_more_power() {
    let all = || World::ROLES.into_iter().flat_map(|ada| World::ROLES.map(|bo| [ada, bo]));
    let commands: BTreeMap<Roles, BTreeSet<Roles>> =
        all().map(|roles| (roles, one_command_later(roles))).collect();
    for start in all() {
        let mut reached = BTreeSet::from([start]);
        loop {
            let next: BTreeSet<Roles> = reached.iter().flat_map(|roles| &commands[roles]).copied().collect();
            let before = reached.len();
            reached.extend(next);
            if reached.len() == before {
                break;
            }
        }
        if start.contains(&Some(Role::Owner)) {
            assert_eq!(reached.len(), 16, "an owner gives anybody any role");
        } else {
            assert_eq!(reached, BTreeSet::from([start]), "power out of nothing");
        }
    }
}

#[test]
fn t12_nobody_approves_their_own_case() {
    use strongroom_access::Actor::{ProgrammeStaff, WorkspaceOwner};
    let approval = Requirement::new(
        requirement_name("approval"),
        label("Approval"),
        RequirementKind::Approval(ProgrammeStaff),
        paragraph("Ask."),
    );
    let catalogue = [approval];
    let asked: Vec<&Requirement> = catalogue.iter().collect();
    let ada = concrete(World::BEST).person;
    for (approver, acting_as, expected) in [
        (person(), ProgrammeStaff, Some(RequirementGap::SelfApproved)),
        (Id::from_u128(9), WorkspaceOwner, Some(RequirementGap::UntrustedSource)),
        (Id::from_u128(9), ProgrammeStaff, None),
    ] {
        let evidence = [Evidence::new(requirement_name("approval"), days_ago(1), label("staff"))
            .with_proof(Proof::Approval(Approval::new(approver, acting_as)))];
        let candidate = strongroom_access::Candidate::new(&ada).with_evidence(&evidence);
        let standing = strongroom_access::standing(&candidate, &asked, RowTier::Registered, now());
        let actual = match standing.requirements()[0].status {
            RequirementStatus::Met { .. } => None,
            RequirementStatus::NotMet(gap) => Some(gap),
        };
        assert_eq!(actual, expected, "{acting_as}");
    }
}

#[test]
fn t15_a_session_ends_with_what_it_needed_and_stops_in_the_middle() {
    let brief = World { conduct: Brought::Briefly, ..World::BEST };
    let session = concrete(brief).admit(Action::Export, &[]).into_result().unwrap();
    let permit = session.export_permit(now()).unwrap();
    assert!(permit.check(now().plus_minutes(4)).is_ok());
    assert!(permit.check(now().plus_minutes(5)).is_err());
    assert!(session.check(now().plus_minutes(5)).is_err());
    assert!(session.change_permit(Action::View, now().plus_days(900)).is_err());
}

/// There is no cache inside; whoever keeps one keys it by the inputs of the receipt, and is right.
#[test]
fn t17_a_cache_by_the_inputs_of_receipts_answers_as_the_gate() {
    let mut cache: BTreeMap<String, String> = BTreeMap::new();
    let mut hits = 0;
    for world in World::releases().step_by(11).chain(World::releases().step_by(22)) {
        let there = concrete(world);
        for action in [Action::View, Action::Export] {
            let ask = Ask::new(there.workspace.id(), action);
            let receipt = Receipt::of(there.policy, &there.facts(), &ask, &[], now()).to_canonical_json();
            let mut key: serde_json::Value = serde_json::from_str(&receipt).unwrap();
            let fields = key.as_object_mut().unwrap();
            fields.remove("outcome");
            fields.remove("trace");
            let fresh = explain(there.policy, &there.facts(), &ask, &[], now()).for_subject();
            let fresh = serde_json::to_string(&fresh).unwrap();
            match cache.get(&key.to_string()) {
                Some(kept) => {
                    hits += 1;
                    assert_eq!(kept, &fresh, "{action} in {world:?}");
                }
                None => drop(cache.insert(key.to_string(), fresh)),
            }
        }
    }
    assert!(hits > 0, "a cache that is never asked proves nothing");
}

#[test]
fn t18_names_that_look_alike_are_others() {
    for (address, expected) in [
        ("ada@uni.edu", true),
        ("ADA@UNI.EDU", true),
        ("ada@evil-uni.edu", false),
        ("ada@uni.edu.evil.org", false),
        ("ada@lab.uni.edu", false),
        ("ada@un\u{0456}.edu", false),
        ("ada@un\u{0131}.edu", false),
        ("ada@uni.edu ", false),
        ("ada@uni.edu@evil.org", false),
        ("ada@uni.edu\u{200b}", false),
        // One letter with its accent, and the same as two characters.
        ("ad\u{e0}@uni.edu", false),
        ("ada\u{300}@uni.edu", false),
        ("ada@un\u{ed}.edu", false),
        ("ada@uni\u{301}.edu", false),
    ] {
        // What is no address at all makes no person; what is one is admitted only if it is covered.
        let admitted = EmailAddress::new(address).is_ok_and(|email| {
            let mut there = concrete(World::BEST);
            there.person = Person::new(person(), label("Ada"), email).with_institution(Id::from_u128(2));
            there.admit(Action::View, &[]).is_admitted()
        });
        assert_eq!(admitted, expected, "{address:?}");
    }
}

#[test]
fn t18_whoever_is_vouched_for_by_address_is_nobody_else() {
    let vouched = Membership::Addresses([EmailAddress::new("ada@uni.edu").unwrap()].into());
    for (address, expected) in [
        ("ada@uni.edu", true),
        ("ada@UNI.edu", true),
        ("Ada@uni.edu", false),
        ("ada+data@uni.edu", false),
        ("a.da@uni.edu", false),
        ("ada@lab.uni.edu", false),
        ("eve@uni.edu", false),
    ] {
        let mut there = concrete(World::BEST);
        let email = EmailAddress::new(address).unwrap();
        there.person = Person::new(person(), label("Ada"), email).with_institution(Id::from_u128(2));
        let agreement = || Agreement::new(days_ago(1), now().plus_days(9), vouched.clone()).unwrap();
        let university = Institution::new(Id::from_u128(2), label("University"));
        there.institution = Some(
            RowTier::ALL.into_iter().fold(university, |one, tier| one.with_agreement(tier, agreement())),
        );
        assert_eq!(there.admit(Action::View, &[]).is_admitted(), expected, "{address}");
    }
}

#[test]
fn t20_one_byte_of_the_text_decides_whether_it_was_signed() {
    let text = "I do not try to find out who anybody is.";
    let kind = |text: &str| {
        let version = ConductVersion::of_text(label("7"), text, days_ago(9_000), 0);
        RequirementKind::CodeOfConduct(CodeOfConduct::new(version))
    };
    for position in 0..text.len() {
        let mut bytes = text.as_bytes().to_vec();
        bytes[position] ^= 1;
        let other = String::from_utf8(bytes).unwrap();
        let mut there = concrete(World::BEST);
        there.requirements.retain(|one| one.name().as_str() != "code-of-conduct");
        let name = requirement_name("code-of-conduct");
        there.requirements.push(Requirement::new(name, label("Code"), kind(&other), paragraph("Sign.")));
        assert_eq!(codes(there.admit(Action::View, &[])), ["requirement-not-met"], "byte {position}");
    }
    let signed = ConductVersion::of_text(label("7"), text, days_ago(1), 0)
        .sign(Initials::new("A").unwrap(), label("Ada"));
    assert!(signed.is_of_text(text) && !signed.is_of_text(&text.to_uppercase()));
}

#[test]
fn t36_a_bypass_has_a_reason_an_end_and_two_others_and_is_never_hidden() {
    let requirements = requirements();
    let find = |name: &str| requirements.iter().find(|one| one.name().as_str() == name).unwrap();
    let (conduct, training) = (find("code-of-conduct"), find("training"));
    let (ada, one, two) = (person(), Id::from_u128(11), Id::from_u128(12));
    for (requirement, granted_by, confirmed_by, days, expected) in [
        (conduct, one, two, 14, None),
        (conduct, one, one, 14, Some(BypassError::SecondPersonMissing)),
        (conduct, ada, two, 14, Some(BypassError::OwnCase)),
        (conduct, one, two, 31, Some(BypassError::TooLong)),
        (conduct, one, two, 0, Some(BypassError::EndsBeforeItBegins)),
        (training, one, two, 14, Some(BypassError::NeverBypassed)),
    ] {
        let by = BypassedBy { granted_by, confirmed_by };
        let ends = now().plus_days(days);
        let made = Bypass::new(requirement, Subject::Person(ada), paragraph("reason"), by, now(), ends);
        assert_eq!(made.err(), expected);
    }
    for (set_aside, admitted) in [
        (SetAside::No, false),
        (SetAside::Briefly, true),
        (SetAside::Over, false),
        (SetAside::TooLong, false),
    ] {
        let there = concrete(World { conduct: Brought::Nothing, bypass: set_aside, ..World::BEST });
        assert_eq!(there.admit(Action::View, &[]).is_admitted(), admitted, "{set_aside:?}");
    }
    // Taken back, it ends at once.
    let mut there = concrete(World { conduct: Brought::Nothing, bypass: SetAside::Briefly, ..World::BEST });
    let taken_back = Retraction::new(now(), now(), Id::from_u128(13), paragraph("the site is up again"));
    there.bypasses = there.bypasses.into_iter().map(|one| one.retracted(taken_back.clone())).collect();
    assert_eq!(codes(there.admit(Action::View, &[])), ["requirement-not-met"]);
    // Also where evidence is there as well, the officer sees it, and the person sees neither by whom
    // nor why.
    let there = concrete(World { bypass: SetAside::Briefly, ..World::BEST });
    let ask = Ask::new(there.workspace.id(), Action::View);
    let explanation = explain(there.policy, &there.facts(), &ask, &[], now());
    let officer = serde_json::to_string(&explanation.for_officer()).unwrap();
    let subject = serde_json::to_string(&explanation.for_subject()).unwrap();
    for text in ["the site was down", &Id::<strongroom_primitives::kind::Person>::from_u128(11).to_string()] {
        assert!(officer.contains(text) && !subject.contains(text), "{text}");
    }
    let all: Vec<Bypass> = [SetAside::Briefly, SetAside::Over].into_iter().filter_map(bypass).collect();
    assert_eq!(live_bypasses(&all, now()).len(), 1);
}

#[test]
fn t37_whoever_administers_meets_the_requirements_or_stays_out() {
    let mut there = concrete(World { conduct: Brought::Nothing, ..World::BEST });
    there.person = there.person.with_role(InstitutionalRole::Administrator);
    assert_eq!(codes(there.admit(Action::View, &[])), ["requirement-not-met"]);
}

#[test]
fn t38_access_ends_with_the_agreement_and_with_the_employment() {
    let world = World { signed: Some([Signed::Briefly, Signed::InForce]), ..World::BEST };
    let there = concrete(world);
    let ask = Ask::new(there.workspace.id(), Action::View);
    let ends = there.institution.as_ref().unwrap().agreement(RowTier::Registered).unwrap().ends();
    let at = |instant| admit(policy(), &there.facts(), &ask, &[], instant);
    assert!(at(ends.minus_days(0)).into_result().is_err());
    assert_eq!(at(now()).into_result().unwrap().not_after(), ends);
    let mut gone = concrete(World::BEST);
    gone.person = gone.person.with_institution(Id::from_u128(55));
    let members = Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into());
    let agreement = Agreement::new(days_ago(1), now().plus_days(9), members).unwrap();
    let other = Institution::new(Id::from_u128(55), label("College"));
    gone.institution = Some(other.with_agreement(RowTier::Registered, agreement));
    assert_eq!(codes(gone.admit(Action::View, &[])), ["agreement-not-in-force"]);
}

#[test]
fn t39_a_country_on_record_flips_the_next_decision() {
    let nz = CountryCode::new("NZ").unwrap();
    let only = RequirementKind::Country(CountryRule::Only([nz].into()));
    let country =
        Requirement::new(requirement_name("code-of-conduct"), label("Country"), only, paragraph("Go home."));
    let mut there = concrete(World::BEST);
    there.requirements.retain(|one| one.name().as_str() != "code-of-conduct");
    there.requirements.push(country);
    there.evidence.retain(|piece| piece.requirement().as_str() != "code-of-conduct");
    let from = |country: &str, obtained| {
        Evidence::new(requirement_name("code-of-conduct"), obtained, label("sign-in"))
            .with_proof(Proof::Country(CountryCode::new(country).unwrap()))
    };
    assert!(!there.admit(Action::View, &[]).is_admitted());
    there.evidence.push(from("NZ", days_ago(3)));
    assert!(there.admit(Action::View, &[]).is_admitted());
    there.evidence.push(from("XX", days_ago(1)));
    assert_eq!(codes(there.admit(Action::View, &[])), ["requirement-not-met"]);
}

#[test]
fn t40_older_policies_and_unknown_kinds_are_refused() {
    let (one, two) = (Policy::all_of_us().unwrap(), Policy::small_hospital().unwrap());
    assert!(one.check_succeeds(&two).is_err() && two.check_succeeds(&one).is_ok());
    let text = one.to_toml();
    for (from, to) in [("kind = \"training\"", "kind = \"vibes\""), ("maximum_lease_minutes", "no_lease")] {
        let odd = text.replacen(from, to, 1);
        assert!(odd != text && Policy::from_toml(&odd).is_err(), "{to}");
    }
    let catalogue = serde_json::to_string(&RequirementCatalogue::all_of_us().unwrap()).unwrap();
    let odd = catalogue.replacen("self-attestation", "vibes", 1);
    assert!(odd != catalogue && RequirementCatalogue::from_json(&odd).is_err());
}

#[test]
fn t41_a_clock_set_back_revives_nothing() {
    let session = concrete(World::BEST).admit(Action::Export, &[]).into_result().unwrap();
    let permit = session.export_permit(now()).unwrap();
    let later = session.not_after();
    assert!(session.is_live(now()));
    for end in [later, now(), days_ago(9)] {
        assert!(!session.is_live(end) && session.export_permit(end).is_err());
    }
    assert!(permit.check(later).is_err() && permit.check(now()).is_err());
    // Nor does it reopen an account or make tomorrow's evidence count.
    let disabled = concrete(World { account: Account::Disabled, ..World::BEST });
    let ask = Ask::new(disabled.workspace.id(), Action::View);
    assert!(!admit(policy(), &disabled.facts(), &ask, &[], days_ago(5)).is_admitted());
}

#[test]
fn t44_absent_and_forbidden_are_the_same_bytes() {
    for account in World::ACCOUNTS {
        let world = World { account, role: None, ..World::BEST };
        let there: Concrete = concrete(world);
        let ask = Ask::new(there.workspace.id(), Action::View);
        let nowhere = Facts::new(&there.person, &there.requirements, &there.evidence);
        let elsewhere = workspace(Id::from_u128(77), RowTier::Registered, Some(Role::Owner));
        let answers = [nowhere, nowhere.with_workspace(&elsewhere), there.facts()].map(|facts| {
            let told = explain(policy(), &facts, &ask, &[], now()).for_subject();
            (serde_json::to_vec(&told).unwrap(), told.to_string())
        });
        assert!(answers.iter().all(|answer| answer == &answers[0]), "a stranger can tell");
        let officer = explain(policy(), &there.facts(), &ask, &[], now()).for_officer().to_string();
        assert!(officer.contains("the workspace exists"));
    }
}
