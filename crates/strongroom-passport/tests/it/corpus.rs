//! The cases of `cases/`: one per rule that a token has to keep, and then some. T19 of the project's
//! threat list: forged and replayed visas.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strongroom_passport::{ImportPolicy, Refusal, Rule, VerifiedVisas, verify_passport, verify_visas};

use crate::mint::{self, now, trust};

fn cases(text: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(text).unwrap();
    let known = [
        "name",
        "header",
        "claims",
        "visa",
        "key",
        "policy",
        "text",
        "header_text",
        "append",
        "pad",
        "repeat",
        "visas",
        "outcome",
        "claim",
    ];
    let cases = file["cases"].as_array().unwrap().clone();
    for case in &cases {
        let unknown = mint::members(case).keys().find(|name| !known.contains(&name.as_str()));
        assert_eq!(unknown, None, "a case has a member that nothing reads");
    }
    cases
}

fn policy(case: &Value) -> ImportPolicy {
    let number = |name: &str| case["policy"][name].as_u64().map(|number| u32::try_from(number).unwrap());
    let policy = mint::policy().with_remaining_minutes(number("remaining_minutes").unwrap_or(0));
    number("assertion_days").map_or(policy.clone(), |days| policy.with_assertion_days(days))
}

/// What became of each visa, in order.
fn outcomes(visas: &VerifiedVisas, count: usize) -> Vec<(&'static str, Option<&'static str>)> {
    let refused: BTreeMap<usize, Refusal> =
        visas.refused().map(|visa| (visa.position(), visa.refusal())).collect();
    assert_eq!(refused.len() + visas.accepted().count(), count, "each visa is accepted or refused");
    (0..count)
        .map(|position| {
            refused.get(&position).map_or(("accepted", None), |one| (one.rule().code(), one.claim()))
        })
        .collect()
}

#[test]
fn t19_each_visa_is_accepted_or_refused_by_the_rule_it_breaks() {
    let mut wrong = Vec::new();
    for case in cases(mint::VISAS) {
        let token = mint::visa(&case);
        let visas = verify_visas(&[&token], trust(), &policy(&case), now()).unwrap();
        let (outcome, claim) = outcomes(&visas, 1)[0];
        let expected_claim = case.get("claim").map(|claim| claim.as_str().unwrap());
        if case["outcome"] != outcome || expected_claim.is_some_and(|expected| claim != Some(expected)) {
            wrong.push(format!(
                "{}: expected {}, found {outcome} at {claim:?}",
                case["name"], case["outcome"]
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn t19_each_passport_is_refused_by_its_rule_or_gives_the_visas_that_count() {
    let mut wrong = Vec::new();
    for case in cases(mint::PASSPORTS) {
        let mut visas: Vec<String> = case["visas"].as_array().unwrap().iter().map(mint::visa).collect();
        if let Some(times) = case["repeat"].as_u64() {
            visas = (0..times).flat_map(|_| visas.clone()).collect();
        }
        let count = visas.len();
        let token = mint::passport(&case, &visas);
        let outcome = match verify_passport(&token, trust(), &policy(&case), now()) {
            Err(refusal) => Value::from(refusal.rule().code()),
            Ok(passport) => outcomes(passport.visas(), count).into_iter().map(|(code, _)| code).collect(),
        };
        if case["outcome"] != outcome {
            wrong.push(format!("{}: expected {}, found {outcome}", case["name"], case["outcome"]));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn t19_every_rule_is_broken_by_a_case() {
    let mut broken = BTreeSet::new();
    for case in cases(mint::VISAS).into_iter().chain(cases(mint::PASSPORTS)) {
        match &case["outcome"] {
            Value::String(code) => drop(broken.insert(code.clone())),
            codes => {
                broken.extend(codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()));
            }
        }
    }
    let unbroken: Vec<_> =
        Rule::ALL.iter().map(|rule| rule.code()).filter(|code| !broken.contains(*code)).collect();
    assert_eq!(unbroken, [] as [&str; 0]);
}

#[test]
fn a_refusal_never_repeats_what_the_token_says() {
    let case = serde_json::json!({"claims": {"sub": "poison", "iss": "https://poison.example.org", "aud": "poison"}});
    let token = mint::visa(&case);
    let visas = verify_visas(&[&token], trust(), &mint::policy(), now()).unwrap();
    let refusal = visas.refused().next().unwrap().refusal();
    assert!(!format!("{refusal} {refusal:?} {visas:?}").contains("poison"));
}
