use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use strongroom_primitives::Timestamp;

use crate::json::{Json, Object};
use crate::trust::Signer;
use crate::{Algorithm, Identity, ImportPolicy, Refusal, Rule};

/// A token that was taken apart and not yet believed.
pub(crate) struct Unverified<'a> {
    header: Object,
    claims: Object,
    signed: &'a str,
    signature: Vec<u8>,
}

/// The instants of a token that was verified.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
}

impl<'a> Unverified<'a> {
    /// Takes a token in JWS Compact Serialization apart, within these limits.
    pub(crate) fn read(token: &'a str, most_bytes: usize, depth: usize) -> Result<Self, Refusal> {
        if token.len() > most_bytes {
            return Err(Refusal::of(Rule::TooLarge));
        }
        let not_compact = Refusal::of(Rule::NotCompact);
        let (signed, signature) = token.rsplit_once('.').ok_or(not_compact)?;
        let (header, payload) = signed.split_once('.').ok_or(not_compact)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| not_compact);
        let (header, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
        Ok(Self {
            header: Object::read(&header, depth)?,
            claims: Object::read(&payload, depth)?,
            signed,
            signature,
        })
    }

    pub(crate) fn header(&self) -> &Object {
        &self.header
    }

    /// Who claims to have signed it: to look the signer up, and for nothing else.
    pub(crate) fn claimed_issuer(&self) -> Result<&str, Refusal> {
        self.claims.text("iss")
    }

    /// What the header must not say, whoever signed.
    pub(crate) fn check_header(&self) -> Result<Algorithm, Refusal> {
        for member in ["crit", "b64", "enc", "zip"] {
            if self.header.has(member) {
                return Err(Refusal::at(Rule::CriticalHeader, member));
            }
        }
        for member in ["jwk", "x5u", "x5c"] {
            if self.header.has(member) {
                return Err(Refusal::at(Rule::KeyInToken, member));
            }
        }
        Algorithm::parse(self.header.text("alg")?).ok_or(Refusal::at(Rule::AlgorithmNotAllowed, "alg"))
    }

    /// The claims, if the signer of this name signed them with one of its keys and that key's own
    /// algorithm.
    pub(crate) fn verify(self, algorithm: Algorithm, signer: &Signer) -> Result<Object, Refusal> {
        let address = self.header.optional_text("jku")?;
        if address.is_some_and(|address| !signer.has_key_address(address)) {
            return Err(Refusal::at(Rule::UntrustedKeySource, "jku"));
        }
        let key_id = self.header.text("kid")?;
        let keys = signer.keys();
        match keys.algorithm(key_id) {
            None => return Err(Refusal::at(Rule::UnknownKey, "kid")),
            Some(of_key) if of_key != algorithm => {
                return Err(Refusal::at(Rule::KeyOfOtherAlgorithm, "alg"));
            }
            Some(_) => {}
        }
        if keys.verifies(key_id, self.signed.as_bytes(), &self.signature) {
            Ok(self.claims)
        } else {
            Err(Refusal::of(Rule::Signature))
        }
    }
}

/// The type in the header, without the prefix that RFC 7515 section 4.1.9 lets go, in lower case.
pub(crate) fn media_type(header: &Object) -> Result<Option<String>, Refusal> {
    let written = header.optional_text("typ")?.map(str::to_ascii_lowercase);
    Ok(written.map(|name| name.strip_prefix("application/").map(str::to_owned).unwrap_or(name)))
}

/// Whose token it is.
pub(crate) fn identity(claims: &Object) -> Result<Identity, Refusal> {
    let subject = claims.text("sub")?;
    Identity::new(claims.text("iss")?, subject).map_err(|_| Refusal::at(Rule::MalformedClaim, "sub"))
}

/// The token's own name, which is not required.
pub(crate) fn token_id(claims: &Object) -> Result<Option<String>, Refusal> {
    match claims.optional_text("jti")? {
        Some(id) if id.is_empty() || id.len() > 255 || id.chars().any(char::is_control) => {
            Err(Refusal::at(Rule::MalformedClaim, "jti"))
        }
        id => Ok(id.map(str::to_owned)),
    }
}

/// The instants of a token that counts now. Clocks may differ for its beginning, never for its end.
pub(crate) fn times(claims: &Object, policy: &ImportPolicy, now: Timestamp) -> Result<Times, Refusal> {
    let issued = claims.seconds("iat")?;
    let expires = at(claims.seconds("exp")?);
    if at(issued.saturating_sub(policy.skew_seconds())) > now {
        return Err(Refusal::at(Rule::IssuedInFuture, "iat"));
    }
    if let Some(begin) = claims.optional_seconds("nbf")?
        && at(begin.saturating_sub(policy.skew_seconds())) > now
    {
        return Err(Refusal::at(Rule::NotYetValid, "nbf"));
    }
    let issued = at(issued);
    if expires <= now {
        return Err(Refusal::at(Rule::Expired, "exp"));
    }
    if expires <= issued {
        return Err(Refusal::at(Rule::MalformedClaim, "exp"));
    }
    Ok(Times { issued, expires })
}

/// The instant so many seconds after 1970-01-01T00:00:00Z.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_microseconds(seconds.saturating_mul(1_000_000))
}

/// Whom a token is meant for; `None` if for anybody.
pub(crate) fn audience(claims: &Object) -> Result<Option<Vec<&str>>, Refusal> {
    let malformed = Refusal::at(Rule::MalformedClaim, "aud");
    match claims.get("aud") {
        None => Ok(None),
        Some(Json::Text(one)) => Ok(Some(vec![one])),
        Some(Json::List(list)) => list
            .iter()
            .map(|one| match one {
                Json::Text(one) => Ok(one.as_str()),
                _ => Err(malformed),
            })
            .collect::<Result<_, _>>()
            .map(Some),
        Some(_) => Err(malformed),
    }
}
