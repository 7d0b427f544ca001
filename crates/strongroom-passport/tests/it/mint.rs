//! Makes tokens of every kind, also those that nobody should: independent of the crate's own issuer.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    RSA_PKCS1_SHA256,
};
use serde_json::{Map, Value, json};
use strongroom_passport::{ImportPolicy, KeySet, Signer, Trust, UrlClaim, VisaType};
use strongroom_primitives::Timestamp;

pub(crate) const VISAS: &str = include_str!("../../cases/visas.json");
pub(crate) const PASSPORTS: &str = include_str!("../../cases/passports.json");
/// PKCS #1, made for these tests.
const RSA: &[u8] = include_bytes!("../../cases/rsa-for-tests-only.der");

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
}

pub(crate) fn url(text: &str) -> UrlClaim {
    UrlClaim::new(text).unwrap()
}

/// The uncompressed points of the private keys whose bytes are all 1, all 2 and all 3.
fn point(seed: u8) -> &'static [u8] {
    static POINTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let keys = (1..=3).map(|seed| p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap());
        keys.map(|key| key.verifying_key().to_sec1_point(false).as_bytes().to_vec()).collect()
    });
    &POINTS[usize::from(seed) - 1]
}

fn ec_jwk(key_id: &str, seed: u8) -> Value {
    let (x, y) = (&point(seed)[1..33], &point(seed)[33..]);
    json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": key_id, "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)})
}

fn rsa_public() -> (Vec<u8>, Vec<u8>) {
    let pair = ring::rsa::KeyPair::from_der(RSA).unwrap();
    let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
    (public.n, public.e)
}

fn keys(list: &[Value]) -> KeySet {
    KeySet::from_jwks(&json!({ "keys": list }).to_string()).unwrap()
}

/// The clearinghouse of the cases.
pub(crate) fn trust() -> &'static Trust {
    static TRUST: LazyLock<Trust> = LazyLock::new(everybody);
    &TRUST
}

fn everybody() -> Trust {
    let (n, e) = rsa_public();
    let rsa = json!({"kty": "RSA", "alg": "RS256", "kid": "issuer-rsa", "n": URL_SAFE_NO_PAD.encode(n), "e": URL_SAFE_NO_PAD.encode(e)});
    let issuer_keys = keys(&[ec_jwk("issuer-1", 1), rsa]);
    let everything = VisaType::ALL.into_iter().filter(|one| *one != VisaType::LinkedIdentities);
    Trust::new()
        .with_broker(Signer::new(url("https://broker.example.org"), keys(&[ec_jwk("broker-1", 2)])))
        .with_issuer(
            Signer::new(url("https://issuer.example.org"), issuer_keys.clone())
                .with_key_address(url("https://issuer.example.org/jwks"))
                .with_linking(),
        )
        .with_issuer(
            Signer::new(url("https://older.example.org"), issuer_keys)
                .with_key_address(url("https://older.example.org/jwks"))
                .with_generic_type()
                .with_access_tokens(),
        )
        .with_source(url("https://source.example.org"), everything)
        .with_source(url("https://linker.example.org"), [VisaType::LinkedIdentities])
}

pub(crate) fn policy() -> ImportPolicy {
    ImportPolicy::new().with_audience(url("https://clearinghouse.example.org"))
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Signs with a key by the name that the cases give it.
pub(crate) fn sign(header: &str, claims: &str, key: &str) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let es256 = |seed, form: &'static EcdsaSigningAlgorithm| {
        let random = SystemRandom::new();
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(form, &[seed; 32], point(seed), &random).unwrap();
        encode(pair.sign(&random, message.as_bytes()).unwrap())
    };
    let signature = match key {
        "issuer" => es256(1, &ECDSA_P256_SHA256_FIXED_SIGNING),
        "broker" => es256(2, &ECDSA_P256_SHA256_FIXED_SIGNING),
        "attacker" => es256(3, &ECDSA_P256_SHA256_FIXED_SIGNING),
        "der" => es256(1, &ECDSA_P256_SHA256_ASN1_SIGNING),
        "zeros" => encode([0; 64]),
        "none" => String::new(),
        "rsa" => {
            let pair = ring::rsa::KeyPair::from_der(RSA).unwrap();
            let mut signature = vec![0; pair.public().modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
            encode(signature)
        }
        "hmac" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &rsa_public().0);
            encode(hmac::sign(&key, message.as_bytes()))
        }
        other => panic!("there is no key {other}"),
    };
    format!("{message}.{signature}")
}

/// The object with the members of the change put in; null takes a member out.
fn changed(object: &Value, change: &Value) -> Value {
    let mut object = object.as_object().unwrap().clone();
    for (name, value) in change.as_object().into_iter().flatten() {
        match value {
            Value::Null => drop(object.remove(name)),
            value => drop(object.insert(name.clone(), value.clone())),
        }
    }
    object.into()
}

/// The good visa of the cases with this change.
pub(crate) fn visa(change: &Value) -> String {
    let good: Value = serde_json::from_str(VISAS).unwrap();
    let mut claims = good["claims"].clone();
    claims["ga4gh_visa_v1"] = changed(&good["visa"], &change["visa"]);
    let mut claims = changed(&claims, &change["claims"]);
    if let Some(length) = change["pad"].as_u64() {
        claims["padding"] = "x".repeat(usize::try_from(length).unwrap()).into();
    }
    token(&changed(&good["header"], &change["header"]), &claims, "issuer", change)
}

/// The good passport of the cases with this change, and these visas in it.
pub(crate) fn passport(change: &Value, visas: &[String]) -> String {
    let good: Value = serde_json::from_str(PASSPORTS).unwrap();
    let with_visas = changed(&good["claims"], &json!({ "ga4gh_passport_v1": visas }));
    token(
        &changed(&good["header"], &change["header"]),
        &changed(&with_visas, &change["claims"]),
        "broker",
        change,
    )
}

fn token(header: &Value, claims: &Value, key: &str, change: &Value) -> String {
    let text = |name: &str, value: &Value| change[name].as_str().map_or(value.to_string(), str::to_owned);
    let key = change["key"].as_str().unwrap_or(key);
    let token = sign(&text("header_text", header), &text("text", claims), key);
    token + change["append"].as_str().unwrap_or_default()
}

/// A visa object of these members in the good visa, of this account.
pub(crate) fn visa_of(subject: &str, exp: i64, object: &Value) -> String {
    visa(&json!({"claims": {"sub": subject, "exp": exp}, "visa": object}))
}

pub(crate) fn members(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}
