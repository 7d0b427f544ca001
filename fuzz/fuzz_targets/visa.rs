//! Any text as a passport and as visas, unsigned and signed with keys that are trusted: nothing
//! panics, and what is believed keeps every rule, by a second reading of the claims.
//!
//! The first line is the header; each other line is the claims of a visa, and of a passport.
#![no_main]

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::Value;
use strongroom_passport::{
    EvidenceRule, EvidenceRules, ImportPolicy, Issuer, KeySet, Signer, SigningKey, Trust, UrlClaim,
    VisaPattern, VisaType, verify_passport, verify_passport_bytes, verify_visas,
};
use strongroom_primitives::{Label, RequirementName, Timestamp};

const ISSUER: &str = "https://issuer.example.org";
const BROKER: &str = "https://broker.example.org";
const KEYS: &str = "https://issuer.example.org/jwks";
const SOURCE: &str = "https://source.example.org";
const LINKER: &str = "https://linker.example.org";
const OWN: &str = "https://clearinghouse.example.org";
const DATASET: &str = "https://data.example.org/datasets/710";
/// 2026-03-01T09:00:00Z, in seconds since 1970.
const NOW: i64 = 1_772_355_600;
/// By how much the clocks of issuers may run ahead, in seconds.
const SKEW: f64 = 60.0;
/// More visas would only be slower: each is signed.
const MOST_VISAS: usize = 4;

struct Clearinghouse {
    issuer: EcdsaKeyPair,
    broker: EcdsaKeyPair,
    trust: Trust,
    policy: ImportPolicy,
    rules: EvidenceRules,
    random: SystemRandom,
}

static HOUSE: LazyLock<Clearinghouse> = LazyLock::new(clearinghouse);

fuzz_target!(|text: &str| {
    let house = &*HOUSE;
    assert!(
        verify_passport_bytes(text.as_bytes(), &house.trust, &house.policy, at(NOW)).is_err(),
        "a passport that nobody signed"
    );
    let mut lines = text.split('\n');
    let header = lines.next().unwrap_or_default();
    let claims: Vec<&str> = lines.take(MOST_VISAS).collect();
    let unsigned: Vec<&str> = text.split('\n').take(MOST_VISAS).collect();
    let nothing = verify_visas(&unsigned, &house.trust, &house.policy, at(NOW));
    assert_eq!(nothing.map(|visas| visas.accepted().count()), Ok(0), "a visa that nobody signed");

    signed_visas(house, header, &claims);
    if let Some(claims) = claims.first() {
        signed_passport(house, header, claims);
    }
});

fn signed_visas(house: &Clearinghouse, header: &str, claims: &[&str]) {
    let tokens: Vec<String> = claims.iter().map(|claims| house.sign(&house.issuer, header, claims)).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let visas = verify_visas(&tokens, &house.trust, &house.policy, at(NOW)).expect("few enough visas");
    let refused: Vec<usize> = visas.refused().map(|one| one.position()).collect();
    let positions: Vec<usize> = (0..tokens.len()).filter(|position| !refused.contains(position)).collect();
    assert_eq!(visas.accepted().count(), positions.len(), "each visa is accepted or refused");
    for (visa, position) in visas.accepted().zip(positions) {
        believable_visa(header, claims[position]);
        assert!(at(NOW) < visa.not_after() && visa.not_after() <= visa.expires());
        // What ends by another visa than itself may begin again with a third.
        if visa.not_after() == visa.expires() {
            let later = verify_visas(&tokens, &house.trust, &house.policy, visa.not_after());
            let later = later.expect("few enough visas");
            assert!(later.refused().any(|one| one.position() == position), "it counts after its end");
        }
        for piece in house.rules.evidence(&visas, visa.identity(), at(NOW)) {
            let last = visas.of(visa.identity()).map(|(_, until)| until).max();
            assert!(piece.valid_until().is_some_and(|until| at(NOW) < until && Some(until) <= last));
        }
    }
}

fn signed_passport(house: &Clearinghouse, header: &str, claims: &str) {
    let token = house.sign(&house.broker, header, claims);
    let Ok(passport) = verify_passport(&token, &house.trust, &house.policy, at(NOW)) else { return };
    let (header, claims) = (object(header), object(claims));
    believable(&header, &claims, BROKER, "vnd.ga4gh.passport+jwt");
    assert!(claims.get("ga4gh_visa_v1").is_none(), "a passport that is a visa");
    assert!(claims["ga4gh_passport_v1"].is_array());
    match claims.get("aud") {
        None => {}
        Some(Value::Array(names)) => assert!(names.iter().any(|one| one == OWN), "for somebody else"),
        Some(name) => assert_eq!(name, OWN, "for somebody else"),
    }
    assert!(at(NOW) < passport.expires() && passport.visas().accepted().count() == 0);
}

/// GA4GH Passport 1.2 and AAI 1.2, read by another reader of JSON.
fn believable_visa(header: &str, claims: &str) {
    let (header, claims) = (object(header), object(claims));
    believable(&header, &claims, ISSUER, "vnd.ga4gh.visa+jwt");
    assert_eq!(header["jku"], KEYS);
    for forbidden in ["aud", "ga4gh_passport_v1"] {
        assert!(claims.get(forbidden).is_none(), "{forbidden} in a visa");
    }
    let visa = &claims["ga4gh_visa_v1"];
    let kind = visa["type"].as_str().expect("a type");
    let source = if kind == "LinkedIdentities" { LINKER } else { SOURCE };
    assert!(VisaType::ALL.iter().any(|known| known.as_str() == kind) && visa["source"] == source);
    assert!(
        visa["value"].is_string() && visa["asserted"].as_f64().expect("an instant") < NOW as f64 + SKEW + 1.0
    );
    match visa.get("by").map(|by| by.as_str().expect("a text")) {
        Some(by) => assert!(["self", "peer", "system", "so", "dac"].contains(&by)),
        None => assert!(!["AcceptedTermsAndPolicies", "ControlledAccessGrants"].contains(&kind)),
    }
    if let Some(conditions) = visa.get("conditions") {
        let alternatives = conditions.as_array().expect("alternatives");
        assert!(alternatives.iter().any(|all| all.as_array().is_some_and(|all| !all.is_empty())));
    }
}

fn believable(header: &Value, claims: &Value, signer: &str, kind: &str) {
    assert!(header["alg"] == "ES256" && header["kid"] == "2026");
    for forbidden in ["crit", "b64", "enc", "zip", "jwk", "x5u", "x5c"] {
        assert!(header.get(forbidden).is_none(), "{forbidden} in a header");
    }
    let written = header["typ"].as_str().expect("a type").to_ascii_lowercase();
    assert_eq!(written.strip_prefix("application/").unwrap_or(&written), kind);
    assert!(claims["iss"] == signer && claims["sub"].as_str().is_some_and(|subject| !subject.is_empty()));
    let seconds = |name: &str| claims.get(name).map(|value| value.as_f64().expect("an instant"));
    assert!(seconds("exp").is_some_and(|end| end > NOW as f64), "it has ended");
    for begin in ["iat", "nbf"] {
        assert!(seconds(begin).is_none_or(|begin| begin < NOW as f64 + SKEW + 1.0), "{begin} lies ahead");
    }
    assert!(seconds("iat").is_some());
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).expect("what is believed is JSON")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_microseconds(seconds * 1_000_000)
}

fn url(text: &str) -> UrlClaim {
    UrlClaim::new(text).expect("a URL")
}

impl Clearinghouse {
    /// JWS Compact Serialization (RFC 7515, section 7.1), of anything.
    fn sign(&self, key: &EcdsaKeyPair, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = key.sign(&self.random, message.as_bytes()).expect("a signature");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The key pair of this secret, and the public key as a key set.
fn key(secret: u8) -> (EcdsaKeyPair, KeySet) {
    let secret = [secret; 32];
    let key = SigningKey::from_bytes(&secret).expect("a key");
    let jwks = Issuer::new(url(ISSUER), url(KEYS), "2026", key).jwks();
    let first = &object(&jwks)["keys"][0];
    let mut point = vec![4];
    for coordinate in ["x", "y"] {
        let text = first[coordinate].as_str().expect("a coordinate");
        point.extend(URL_SAFE_NO_PAD.decode(text).expect("base64"));
    }
    let random = SystemRandom::new();
    let form = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(form, &secret, &point, &random).expect("a pair");
    (pair, KeySet::from_jwks(&jwks).expect("a key set"))
}

fn clearinghouse() -> Clearinghouse {
    let ((issuer, issuer_keys), (broker, broker_keys)) = (key(1), key(2));
    let signer = Signer::new(url(ISSUER), issuer_keys).with_key_address(url(KEYS)).with_linking();
    let ordinary = VisaType::ALL.into_iter().filter(|one| *one != VisaType::LinkedIdentities);
    let trust = Trust::new()
        .with_broker(Signer::new(url(BROKER), broker_keys))
        .with_issuer(signer)
        .with_source(url(SOURCE), ordinary)
        .with_source(url(LINKER), [VisaType::LinkedIdentities]);
    let pattern = VisaPattern::new(VisaType::ControlledAccessGrants, DATASET, url(SOURCE));
    let requirement = RequirementName::new("grant").expect("a name");
    let rule = EvidenceRule::new(requirement, pattern, 365, Label::new("visa").expect("a label"));
    Clearinghouse {
        issuer,
        broker,
        trust,
        policy: ImportPolicy::new().with_audience(url(OWN)),
        rules: EvidenceRules::new(vec![rule]),
        random: SystemRandom::new(),
    }
}
