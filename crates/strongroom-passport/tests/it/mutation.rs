//! Whatever is changed, nothing panics, and nothing is believed that was not signed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};
use strongroom_passport::{KeySet, verify_passport, verify_passport_bytes, verify_visas};

use crate::mint::{self, now, policy, sign, trust};

#[test]
fn t19_no_character_of_a_visa_can_be_exchanged() {
    let good = mint::visa(&json!({}));
    let trust = trust();
    for (position, was) in good.char_indices() {
        for other in ['A', 'z', '-', '.', '='] {
            if other != was {
                let mut changed = good.clone();
                changed.replace_range(position..=position, other.encode_utf8(&mut [0; 4]));
                let visas = verify_visas(&[&changed], trust, &policy(), now()).unwrap();
                assert_eq!(visas.accepted().count(), 0, "{other} at {position} was believed");
            }
        }
    }
}

/// Every claim of header, token and visa object: another value, or none, under the old signature.
#[test]
fn t19_no_claim_can_be_changed_or_left_out() {
    let good = mint::visa(&json!({}));
    let parts: Vec<&str> = good.split('.').collect();
    let read = |part| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let (header, claims) = (read(parts[0]), read(parts[1]));
    let unchanged = format!("{}.{}.{}", encode(&header), encode(&claims), parts[2]);
    assert_eq!(unchanged, good, "what is written again unchanged is the same token");
    let others = |claim: &Value| [Value::Null, json!("other"), json!(1_772_355_541), json!([claim])];
    let mut tokens = Vec::new();
    for (place, object) in [("/0", &header), ("/1", &claims), ("/1/ga4gh_visa_v1", &claims["ga4gh_visa_v1"])]
    {
        for (name, claim) in mint::members(object) {
            for other in others(claim).into_iter().map(Some).chain([None]) {
                let mut token = json!([header, claims]);
                let members = token.pointer_mut(place).unwrap().as_object_mut().unwrap();
                drop(match other {
                    Some(other) => members.insert(name.clone(), other),
                    None => members.remove(name),
                });
                tokens.push(format!("{}.{}.{}", encode(&token[0]), encode(&token[1]), parts[2]));
            }
        }
    }
    assert_eq!(tokens.len(), 5 * (4 + 6 + 5), "members of header, claims and visa object");
    for token in tokens {
        let visas = verify_visas(&[&token], trust(), &policy(), now()).unwrap();
        assert_eq!(visas.accepted().count(), 0, "{token}");
    }
}

#[test]
fn no_visa_can_be_cut_or_spliced() {
    let (one, other) = (mint::visa(&json!({})), mint::visa(&json!({"claims": {"sub": "bob"}})));
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (parts(&one), parts(&other));
    let spliced = [
        format!("{}.{}.{}", a[0], b[1], a[2]),
        format!("{}.{}.{}", a[0], a[1], b[2]),
        format!("{}.{}.", a[0], a[1]),
        format!("{}..{}", a[0], a[2]),
        format!(".{}.{}", a[1], a[2]),
    ];
    let cut = (0..one.len()).map(|end| one[..end].to_owned());
    for token in spliced.into_iter().chain(cut) {
        let visas = verify_visas(&[&token], trust(), &policy(), now()).unwrap();
        assert_eq!(visas.accepted().count(), 0, "{token}");
    }
}

/// Any JSON, leaning towards what the verifier looks for.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "\\PC{0,12}",
        Just("const:so".to_owned()),
        Just("split_pattern:**?*".to_owned()),
        Just("faculty@uni.edu".to_owned()),
        Just("b,https:%2F%2Fissuer.example.org;%".to_owned()),
        Just("https://source.example.org".to_owned()),
        Just("LinkedIdentities".to_owned()),
        Just("AffiliationAndRole".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (1_772_269_200i64..1_772_442_000).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 6, |inner| {
        let name = prop_oneof!["type", "value", "by", "source", "conditions", "asserted", "\\PC{0,4}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6).prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(verify_passport_bytes(&bytes, trust(), &policy(), now()).is_err());
    }

    #[test]
    fn any_parts_are_read_without_panic(header in any_json(), claims in any_json(), raw in "\\PC{0,80}") {
        for (header, claims) in [(header.to_string(), claims.to_string()), (raw, claims.to_string())] {
            let token = sign(&header, &claims, "broker");
            prop_assert!(verify_passport(&token, trust(), &policy(), now()).is_err());
        }
    }

    #[test]
    fn changed_bytes_of_a_passport_are_not_believed(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let good = mint::passport(&json!({}), &[mint::visa(&json!({}))]);
        let mut bytes = good.clone().into_bytes();
        for (place, byte) in changes {
            *place.get_mut(&mut bytes) = byte;
        }
        let read = verify_passport_bytes(&bytes, trust(), &policy(), now());
        prop_assert_eq!(read.is_ok(), bytes == good.as_bytes());
    }

    #[test]
    fn any_signed_claims_are_read_without_panic(
        claim in "sub|iat|exp|nbf|jti|aud|scope|ga4gh_visa_v1",
        in_object in "type|asserted|value|source|by|conditions",
        (one, other, third) in (any_json(), any_json(), any_json()),
    ) {
        let visas = [
            mint::visa(&json!({"claims": {claim: one}})),
            mint::visa(&json!({"visa": {in_object: other}})),
            mint::visa(&json!({"visa": {"conditions": third}})),
            mint::visa(&json!({"visa": {"type": "LinkedIdentities", "source": "https://linker.example.org", "value": "b,c"}})),
        ];
        let passport = mint::passport(&json!({}), &visas);
        let read = verify_passport(&passport, trust(), &policy(), now()).unwrap();
        // Whatever it was: what is accepted counts now and ends with its own visa.
        for visa in read.visas().accepted() {
            prop_assert!(now() < visa.not_after() && visa.not_after() <= visa.expires());
        }
    }

    #[test]
    fn any_text_is_read_as_a_key_set_without_panic(keys in any_json(), raw in "\\PC{0,80}") {
        drop(KeySet::from_jwks(&json!({"keys": [keys]}).to_string()));
        prop_assert!(KeySet::from_jwks(&raw).is_err());
    }
}
