use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use serde_json::{Map, Value, json};
use strongroom_primitives::{IdKind, IdSource, InvalidValue, NonEmpty, Timestamp};

use crate::passport::PASSPORT;
use crate::visa::{PASSPORT_CLAIM, VISA, VISA_CLAIM};
use crate::{AffiliationAndRole, Authority, Conditions, Identity, UrlClaim, VisaValue};

/// A private key for ES256: the scalar of a point on P-256.
///
/// Signing takes no randomness: the nonce follows from key and message (RFC 6979), so the same
/// token has the same signature.
#[derive(Clone)]
pub struct SigningKey(p256::ecdsa::SigningKey);

impl SigningKey {
    /// The key with these 32 bytes, big-endian, as `d` of a JSON Web Key holds them.
    ///
    /// # Errors
    /// If they are zero, or not below the order of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, InvalidValue> {
        let key = p256::ecdsa::SigningKey::from_slice(bytes);
        key.map(Self)
            .map_err(|_| InvalidValue::new("signing key", "expected a scalar from 1 to the order of P-256"))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([not shown])")
    }
}

/// Why a visa or passport cannot be issued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The life of tokens is out of bounds.
    #[error("the life of a token is 1 to {most} minutes here; ask for less, and issue again when it ends")]
    Life {
        /// The longest life of such a token, in minutes.
        most: u32,
    },
    /// What is asserted has ended, or would end within the same second.
    #[error("the assertion has ended; have its source renew it")]
    Ended,
    /// What is asserted lies in the future.
    #[error("the assertion is dated later than now; check the clock or the record")]
    NotYetAsserted,
    /// The conditions cannot be written.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
    /// The subject does not belong to the issuer who signs.
    #[error("the account belongs to another issuer; this one signs for its own accounts only")]
    OtherIssuer,
}

/// What a visa is to say. The constructors ask for an authority where the type demands one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    value: VisaValue,
    source: UrlClaim,
    by: Option<Authority>,
    asserted: Timestamp,
    ends: Timestamp,
    conditions: Option<Conditions>,
}

impl Assertion {
    fn new(value: VisaValue, source: UrlClaim, asserted: Timestamp, by: Option<Authority>) -> Self {
        Self { value, source, by, asserted, ends: Timestamp::LAST, conditions: None }
    }

    /// The person is a researcher of this standard.
    #[must_use]
    pub fn researcher_status(standard: UrlClaim, source: UrlClaim, asserted: Timestamp) -> Self {
        Self::new(VisaValue::ResearcherStatus(standard), source, asserted, None)
    }

    /// The person has this role at this institution.
    #[must_use]
    pub fn affiliation_and_role(role: AffiliationAndRole, source: UrlClaim, asserted: Timestamp) -> Self {
        Self::new(VisaValue::AffiliationAndRole(role), source, asserted, None)
    }

    /// The terms or policy were accepted, by this authority.
    #[must_use]
    pub fn accepted_terms_and_policies(
        terms: UrlClaim,
        source: UrlClaim,
        asserted: Timestamp,
        by: Authority,
    ) -> Self {
        Self::new(VisaValue::AcceptedTermsAndPolicies(terms), source, asserted, Some(by))
    }

    /// Access to the data set was granted, by this authority.
    #[must_use]
    pub fn controlled_access_grant(
        dataset: UrlClaim,
        source: UrlClaim,
        asserted: Timestamp,
        by: Authority,
    ) -> Self {
        Self::new(VisaValue::ControlledAccessGrants(dataset), source, asserted, Some(by))
    }

    /// The accounts are those of the person whom the visa is about.
    #[must_use]
    pub fn linked_identities(accounts: NonEmpty<Identity>, source: UrlClaim, asserted: Timestamp) -> Self {
        Self::new(VisaValue::LinkedIdentities(accounts), source, asserted, None)
    }

    /// The same assertion, made by this authority.
    #[must_use]
    pub fn with_by(mut self, by: Authority) -> Self {
        self.by = Some(by);
        self
    }

    /// The same assertion, which no longer holds from this instant on. No visa outlives it.
    #[must_use]
    pub fn with_end(mut self, end: Timestamp) -> Self {
        self.ends = end;
        self
    }

    /// The same assertion, which counts only beside other visas.
    #[must_use]
    pub fn with_conditions(mut self, conditions: Conditions) -> Self {
        self.conditions = Some(conditions);
        self
    }
}

/// A signed visa or passport: whoever has it can present it, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken {
    text: String,
    token_id: String,
    expires: Timestamp,
}

impl SignedToken {
    /// The token in JWS Compact Serialization, to hand to whom it is about.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Its name, `jti`: what an audit record keeps instead of the token.
    #[must_use]
    pub fn token_id(&self) -> &str {
        &self.token_id
    }

    /// Its end, in whole seconds.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.expires
    }
}

impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedToken").field("token_id", &self.token_id).finish_non_exhaustive()
    }
}

/// Signs visas and passports with ES256, in the name of one issuer.
#[derive(Debug, Clone)]
pub struct Issuer {
    url: UrlClaim,
    key_address: UrlClaim,
    key_id: String,
    key: SigningKey,
}

/// Marks the ids of visas.
enum Visa {}
impl IdKind for Visa {
    const NAME: &'static str = "visa";
    const WHAT: &'static str = "visa id";
}

/// Marks the ids of passports.
enum Passport {}
impl IdKind for Passport {
    const NAME: &'static str = "passport";
    const WHAT: &'static str = "passport id";
}

impl Issuer {
    /// The longest life of a visa, in minutes: a day.
    pub const VISA_MINUTES: u32 = 24 * 60;
    /// The longest life of a passport, in minutes: it is carried from service to service.
    pub const PASSPORT_MINUTES: u32 = 60;

    /// An issuer of this name (`iss`), whose public keys are published at this address (`jku`),
    /// among them that of this private key under this key id (`kid`).
    #[must_use]
    pub fn new(url: UrlClaim, key_address: UrlClaim, key_id: impl Into<String>, key: SigningKey) -> Self {
        Self { url, key_address, key_id: key_id.into(), key }
    }

    /// The issuer's name.
    #[must_use]
    pub fn url(&self) -> &UrlClaim {
        &self.url
    }

    /// The JSON Web Key Set to publish at the issuer's address of keys: the public key alone.
    #[must_use]
    pub fn jwks(&self) -> String {
        let point = self.key.0.verifying_key().to_sec1_point(false);
        let coordinate = |range: std::ops::Range<usize>| {
            URL_SAFE_NO_PAD.encode(point.as_bytes().get(range).unwrap_or_default())
        };
        let key = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.key_id,
            "x": coordinate(1..33), "y": coordinate(33..65),
        });
        json!({ "keys": [key] }).to_string()
    }

    /// Signs a visa about one of the issuer's own accounts, living for so many minutes, and no
    /// longer than what it asserts.
    ///
    /// # Errors
    /// If the account is another issuer's, the life is not 1 to [`VISA_MINUTES`](Self::VISA_MINUTES),
    /// the assertion has ended or lies in the future, or its conditions cannot be written.
    pub fn visa(
        &self,
        about: &Identity,
        assertion: &Assertion,
        minutes: u32,
        now: Timestamp,
        ids: &dyn IdSource,
    ) -> Result<SignedToken, IssueError> {
        if assertion.asserted > now {
            return Err(IssueError::NotYetAsserted);
        }
        let mut object = Map::new();
        object.insert("type".to_owned(), assertion.value.visa_type().as_str().into());
        object.insert("asserted".to_owned(), seconds(assertion.asserted).into());
        object.insert("value".to_owned(), assertion.value.to_text().into());
        object.insert("source".to_owned(), assertion.source.as_str().into());
        if let Some(by) = assertion.by {
            object.insert("by".to_owned(), by.as_str().into());
        }
        if let Some(conditions) = &assertion.conditions {
            object.insert("conditions".to_owned(), conditions.to_json()?);
        }
        let life = Life { minutes, most: Self::VISA_MINUTES, ends: assertion.ends };
        let header = json!({
            "typ": VISA, "alg": "ES256", "kid": self.key_id, "jku": self.key_address.as_str(),
        });
        let claims = Map::from_iter([(VISA_CLAIM.to_owned(), object.into())]);
        self.token(&header, about, claims, life, now, ids.next_id::<Visa>().to_string())
    }

    /// Signs a passport around these visas, living for so many minutes: for these audiences, or
    /// for anybody if there are none.
    ///
    /// # Errors
    /// If the account is another issuer's, or the life is not 1 to
    /// [`PASSPORT_MINUTES`](Self::PASSPORT_MINUTES).
    pub fn passport(
        &self,
        about: &Identity,
        visas: &[&str],
        audiences: &[UrlClaim],
        minutes: u32,
        now: Timestamp,
        ids: &dyn IdSource,
    ) -> Result<SignedToken, IssueError> {
        let mut claims = Map::from_iter([(PASSPORT_CLAIM.to_owned(), visas.to_vec().into())]);
        if !audiences.is_empty() {
            let audiences: Vec<_> = audiences.iter().map(UrlClaim::as_str).collect();
            claims.insert("aud".to_owned(), audiences.into());
        }
        let life = Life { minutes, most: Self::PASSPORT_MINUTES, ends: Timestamp::LAST };
        let header = json!({ "typ": PASSPORT, "alg": "ES256", "kid": self.key_id });
        self.token(&header, about, claims, life, now, ids.next_id::<Passport>().to_string())
    }

    fn token(
        &self,
        header: &Value,
        about: &Identity,
        mut claims: Map<String, Value>,
        life: Life,
        now: Timestamp,
        token_id: String,
    ) -> Result<SignedToken, IssueError> {
        if about.issuer() != self.url.as_str() {
            return Err(IssueError::OtherIssuer);
        }
        let (issued, expires) = (seconds(now), life.end(now)?);
        claims.insert("iss".to_owned(), self.url.as_str().into());
        claims.insert("sub".to_owned(), about.subject().into());
        claims.insert("iat".to_owned(), issued.into());
        claims.insert("exp".to_owned(), expires.into());
        claims.insert("jti".to_owned(), token_id.clone().into());
        let expires = crate::token::at(expires);
        let text = sign(&self.key, header, &Value::from(claims));
        Ok(SignedToken { text, token_id, expires })
    }
}

/// How long a token may live.
#[derive(Clone, Copy)]
struct Life {
    minutes: u32,
    most: u32,
    ends: Timestamp,
}

impl Life {
    /// The end in whole seconds, no later than what is asserted ends.
    fn end(self, now: Timestamp) -> Result<i64, IssueError> {
        if !(1..=self.most).contains(&self.minutes) {
            return Err(IssueError::Life { most: self.most });
        }
        let end = seconds(now.plus_minutes(self.minutes).min(self.ends));
        // Cut to seconds the end may fall on the beginning: such a visa would never count.
        if end > seconds(now) && self.ends > now { Ok(end) } else { Err(IssueError::Ended) }
    }
}

/// Whole seconds since 1970, cut off.
fn seconds(instant: Timestamp) -> i64 {
    instant.unix_microseconds().div_euclid(1_000_000)
}

/// JWS Compact Serialization (RFC 7515, section 7.1).
fn sign(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature: p256::ecdsa::Signature = key.0.sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}
